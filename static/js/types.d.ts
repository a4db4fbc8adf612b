// The parts of the vendored libraries that this page uses, as types. Ambient modules: the import map of
// templates/index.html gives them their files in the browser.

declare module "preact" {
  export interface VNode<P = any> {
    type: any;
    props: P;
    key: any;
  }
  export type ComponentChild = VNode | string | number | bigint | boolean | null | undefined;
  export type ComponentChildren = ComponentChild | ComponentChild[];
  export type Ref<T> = { current: T | null } | ((element: T | null) => void);
  export function h(type: any, props: any, ...children: any[]): VNode;
  export function render(node: ComponentChild, parent: Element): void;
  export function createContext<T>(value: T): { Provider: any; Consumer: any };
  export const Fragment: any;
  export class Component<P = {}, S = {}> {
    constructor(props: P);
    props: P;
    state: S;
    setState(state: Partial<S>): void;
    render(props: P, state: S): ComponentChildren;
  }
}

declare module "preact/hooks" {
  export function useState<T>(initial: T | (() => T)): [T, (value: T | ((previous: T) => T)) => void];
  export function useRef<T>(initial: T | null): { current: T | null };
  export function useEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
  export function useLayoutEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
  export function useMemo<T>(compute: () => T, inputs: readonly unknown[]): T;
  export function useCallback<T extends (...args: any[]) => any>(callback: T, inputs: readonly unknown[]): T;
  export function useErrorBoundary(callback?: (error: unknown) => void): [unknown, () => void];
  export function useId(): string;
}

declare module "@preact/signals-core" {
  export interface ReadonlySignal<T> {
    readonly value: T;
    peek(): T;
    subscribe(listener: (value: T) => void): () => void;
  }
  export interface Signal<T> extends ReadonlySignal<T> {
    value: T;
  }
  export function signal<T>(value: T): Signal<T>;
  export function computed<T>(compute: () => T): ReadonlySignal<T>;
  export function effect(run: () => void | (() => void)): () => void;
  export function batch<T>(run: () => T): T;
  export function untracked<T>(run: () => T): T;
}

declare module "@preact/signals" {
  export * from "@preact/signals-core";
  export function useSignal<T>(initial: T): import("@preact/signals-core").Signal<T>;
  export function useComputed<T>(compute: () => T): import("@preact/signals-core").ReadonlySignal<T>;
  export function useSignalEffect(run: () => void | (() => void)): void;
}

declare module "htm" {
  const htm: { bind(h: Function): (strings: TemplateStringsArray, ...values: unknown[]) => unknown };
  export default htm;
}

declare module "uplot" {
  /** Pixels: canvas pixels in `bbox`, CSS pixels in `select` and `cursor`. */
  interface Box {
    left: number;
    top: number;
    width: number;
    height: number;
  }
  interface Scale {
    time?: boolean;
    auto?: boolean;
    distr?: 1 | 100;
    fwd?: (value: number) => number;
    bwd?: (place: number) => number;
    min?: number;
    max?: number;
    range?: (plot: uPlot, min: number, max: number) => [number, number];
  }
  interface Axis {
    scale?: string;
    side?: 0 | 1 | 2 | 3;
    size?: number | ((plot: uPlot, values: string[] | null, axis: number, cycle: number) => number);
    gap?: number;
    label?: string;
    labelSize?: number;
    labelGap?: number;
    labelFont?: string;
    font?: string;
    space?: number;
    stroke?: string | (() => string);
    incrs?: number[] | ((plot: uPlot, axis: number, min: number, max: number, dim: number, space: number) => number[]);
    splits?: (plot: uPlot, axis: number, min: number, max: number, increment: number, space: number) => number[];
    filter?: (plot: uPlot, splits: number[], axis: number, space: number, increment: number) => (number | null)[];
    values?: (plot: uPlot, splits: number[], axis: number, space: number, increment: number) => (string | null)[];
    grid?: { stroke?: string | (() => string); width?: number; show?: boolean };
    ticks?: { stroke?: string | (() => string); width?: number; size?: number; show?: boolean };
    border?: { stroke?: string | (() => string); width?: number; show?: boolean };
  }
  type MouseListener = (event: MouseEvent) => null;
  type ListenerFactory = (plot: uPlot, target: HTMLElement, listener: MouseListener) => MouseListener | null;
  interface Options {
    width: number;
    height: number;
    mode?: 1 | 2;
    padding?: (number | null)[];
    pxAlign?: boolean | number;
    series: object[];
    scales: Record<string, Scale>;
    axes: Axis[];
    legend?: { show: boolean };
    select?: object;
    cursor?: object;
    hooks?: Record<string, ((plot: uPlot, ...rest: any[]) => void)[]>;
  }
  class uPlot {
    constructor(options: Options, data: ArrayLike<number>[], target: HTMLElement);
    readonly root: HTMLElement;
    readonly over: HTMLDivElement;
    readonly under: HTMLDivElement;
    readonly ctx: CanvasRenderingContext2D;
    readonly bbox: Box;
    readonly select: Box;
    readonly cursor: { left?: number; top?: number };
    readonly scales: Record<string, Scale>;
    readonly width: number;
    readonly height: number;
    readonly rect: DOMRect;
    static pxRatio: number;
    redraw(rebuildPaths?: boolean, recalcAxes?: boolean): void;
    batch(run: () => void): void;
    destroy(): void;
    setData(data: ArrayLike<number>[], resetScales?: boolean): void;
    setScale(key: string, limits: { min: number; max: number }): void;
    setSize(size: { width: number; height: number }): void;
    setSelect(select: Box, fireHook?: boolean): void;
    setCursor(position: { left: number; top: number }, fireHook?: boolean): void;
    posToVal(position: number, scale: string, canvasPixels?: boolean): number;
    valToPos(value: number, scale: string, canvasPixels?: boolean): number;
  }
  export default uPlot;
  export type { Options, Axis, Scale, Box, ListenerFactory, MouseListener };
}
