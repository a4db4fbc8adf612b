"""What a `SummaryWriter` can log: one module a theme, each a class of methods; `SummaryWriter` joins them."""
