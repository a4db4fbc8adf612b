/** Where the page begins: the address and the server in, the app in the document out. */
import "@preact/signals"; // from here on, a component that reads a signal is drawn anew when it changes
import { render } from "preact";

import { App, fetchAhead } from "./app.js";
import { html } from "./html.js";
import { watchCatalog } from "./state/catalog.js";
import { createSession } from "./state/session.js";

const session = createSession();
fetchAhead(session.dashboard.peek());
const state = watchCatalog();
render(html`<${App} session=${session} state=${state} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
