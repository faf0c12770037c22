export type Route =
  | { page: "products"; number: number }
  | { page: "product"; handle: string }
  | { page: "cart" }
  | { page: "checkout" }
  | { page: "order"; id: string }
  | { page: "missing" };

/** What an address of this host shows. */
export function routeOf({ pathname, searchParams }: URL): Route {
  const [first, second, ...rest] = pathname.replace(/\/+$/, "").split("/").slice(1);
  if (rest.length > 0) return { page: "missing" };
  if (first === undefined) return { page: "products", number: pageNumber(searchParams.get("page")) };
  if (first === "products" && second === undefined) return { page: "products", number: 1 };
  if (first === "products" && second) return { page: "product", handle: decoded(second) };
  if (first === "order" && second) return { page: "order", id: decoded(second) };
  if (second === undefined && (first === "cart" || first === "checkout")) return { page: first };
  return { page: "missing" };
}

// Other programs answer below these on the same host.
const foreign = /^\/(app|store|admin|auth|static|storefleet|health)(\/|$)/;

export function isOurs(url: URL, origin: string): boolean {
  return url.origin === origin && !foreign.test(url.pathname);
}

export function productsPath(number: number): string {
  return number > 1 ? `/?page=${number}` : "/";
}

export function productPath(handle: string): string {
  return `/products/${encodeURIComponent(handle)}`;
}

export function orderPath(id: string): string {
  return `/order/${encodeURIComponent(id)}`;
}

function pageNumber(text: string | null): number {
  return text && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
