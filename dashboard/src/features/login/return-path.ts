const KEY = "storefleet-return-path";

/** Where to go once a provider sends the browser back to "/". */
export function rememberReturnPath() {
  sessionStorage.setItem(KEY, location.pathname + location.search);
}

export function takeReturnPath(): string | undefined {
  const path = sessionStorage.getItem(KEY) ?? undefined;
  sessionStorage.removeItem(KEY);
  // A path of this dashboard only, whoever wrote it.
  return path?.startsWith("/") && !path.startsWith("//") && path !== "/" ? path : undefined;
}
