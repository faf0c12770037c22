import { ApiError, errorFromAnswer } from "./errors";
import type {
  Address,
  Cart,
  CompletedCart,
  Order,
  Product,
  ProductList,
  Region,
  ShippingOption,
  StoreConfig,
} from "./types";

const answerTimeoutMilliseconds = 20_000;
export const productsOnPage = 24;

// Fields marked + and * come on top of Medusa's own defaults, those marked - are left out of them: an answer
// with the whole region and every product in it is three times as long.
const listedProductFields =
  "title,handle,thumbnail,variants.id,variants.title,variants.manage_inventory,variants.allow_backorder," +
  "variants.inventory_quantity,*variants.calculated_price";
const productFields = "*variants.calculated_price,+variants.inventory_quantity";
const cartFields =
  "+original_item_total,+original_item_subtotal,+discount_subtotal,+shipping_methods.name," +
  "-region,-customer,-promotions,-items.product,-items.variant,-payment_collection,-credit_lines,-billing_address";

type Query = Record<string, string | number>;
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Fetches JSON; every way of failing becomes an ApiError. */
async function fetchJson<T>(send: Fetch, url: string, init: RequestInit = {}): Promise<T> {
  let answer: Response;
  let body: unknown;
  try {
    answer = await send(url, { ...init, signal: AbortSignal.timeout(answerTimeoutMilliseconds) });
    body = await answer.json().catch((error: unknown) => {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    });
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    throw new ApiError(timedOut ? "slow" : "offline", String(error));
  }
  if (!answer.ok) throw errorFromAnswer(answer.status, body);
  if (body === undefined) throw new ApiError("broken", `${url}: not JSON`);
  return body as T;
}

const defaultFetch: Fetch = (url, init) => fetch(url, init);

export async function fetchConfig(send: Fetch = defaultFetch): Promise<StoreConfig> {
  const config = await fetchJson<Partial<StoreConfig>>(send, "/config.json");
  if (!config.publishableKey || !config.regionId) throw new ApiError("broken", "config.json is incomplete");
  return {
    title: config.title || "Shop",
    publishableKey: config.publishableKey,
    regionId: config.regionId,
    currencyCode: config.currencyCode || "usd",
    url: config.url || "/",
  };
}

/** Medusa's Store API on this page's own host. One method a request; each rejects with ApiError. */
export class StoreApi {
  constructor(
    private readonly config: StoreConfig,
    private readonly send: Fetch = defaultFetch,
  ) {}

  products(page: number): Promise<ProductList> {
    return this.get("/store/products", {
      region_id: this.config.regionId,
      fields: listedProductFields,
      order: "-created_at",
      limit: productsOnPage,
      offset: (page - 1) * productsOnPage,
    });
  }

  async product(handle: string): Promise<Product> {
    const { products } = await this.get<ProductList>("/store/products", {
      region_id: this.config.regionId,
      fields: productFields,
      handle,
      limit: 1,
    });
    if (!products[0]) throw new ApiError("missing", `no product ${handle}`);
    return products[0];
  }

  async region(): Promise<Region> {
    return (await this.get<{ region: Region }>(`/store/regions/${id(this.config.regionId)}`)).region;
  }

  async cart(cartId: string): Promise<Cart> {
    return (await this.get<{ cart: Cart }>(`/store/carts/${id(cartId)}`, { fields: cartFields })).cart;
  }

  createCart(variantId: string, quantity: number): Promise<Cart> {
    return this.postCart("/store/carts", {
      region_id: this.config.regionId,
      items: [{ variant_id: variantId, quantity }],
    });
  }

  updateCart(
    cartId: string,
    change: { email?: string; shipping_address?: Partial<Address>; billing_address?: Partial<Address> },
  ): Promise<Cart> {
    return this.postCart(`/store/carts/${id(cartId)}`, change);
  }

  addLine(cartId: string, variantId: string, quantity: number): Promise<Cart> {
    return this.postCart(`/store/carts/${id(cartId)}/line-items`, { variant_id: variantId, quantity });
  }

  setLineQuantity(cartId: string, lineId: string, quantity: number): Promise<Cart> {
    return this.postCart(`/store/carts/${id(cartId)}/line-items/${id(lineId)}`, { quantity });
  }

  async removeLine(cartId: string, lineId: string): Promise<Cart> {
    const path = `/store/carts/${id(cartId)}/line-items/${id(lineId)}`;
    const { parent } = await this.request<{ parent: Cart }>("DELETE", path, { fields: cartFields });
    return parent;
  }

  async shippingOptions(cartId: string): Promise<ShippingOption[]> {
    const query = { cart_id: cartId };
    return (await this.get<{ shipping_options: ShippingOption[] }>("/store/shipping-options", query))
      .shipping_options;
  }

  chooseShippingOption(cartId: string, optionId: string): Promise<Cart> {
    return this.postCart(`/store/carts/${id(cartId)}/shipping-methods`, { option_id: optionId });
  }

  /** Creates the payment collection of the cart, or finds the one it has; the id is returned. */
  async paymentCollection(cartId: string): Promise<string> {
    const path = "/store/payment-collections";
    const body = { cart_id: cartId };
    const answer = await this.request<{ payment_collection: { id: string } }>("POST", path, {}, body);
    return answer.payment_collection.id;
  }

  async startPayment(collectionId: string, providerId: string): Promise<void> {
    const path = `/store/payment-collections/${id(collectionId)}/payment-sessions`;
    await this.request("POST", path, {}, { provider_id: providerId });
  }

  completeCart(cartId: string): Promise<CompletedCart> {
    return this.request("POST", `/store/carts/${id(cartId)}/complete`);
  }

  async order(orderId: string): Promise<Order> {
    return (await this.get<{ order: Order }>(`/store/orders/${id(orderId)}`)).order;
  }

  private get<T>(path: string, query: Query = {}): Promise<T> {
    return this.request("GET", path, query);
  }

  private async postCart(path: string, body: unknown): Promise<Cart> {
    return (await this.request<{ cart: Cart }>("POST", path, { fields: cartFields }, body)).cart;
  }

  private request<T>(method: string, path: string, query: Query = {}, body?: unknown): Promise<T> {
    const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
    const headers: Record<string, string> = { "x-publishable-api-key": this.config.publishableKey };
    const init: RequestInit = { method, headers };
    if (method !== "GET") {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(body ?? {});
    }
    return fetchJson(this.send, search.size > 0 ? `${path}?${search}` : path, init);
  }
}

const id = encodeURIComponent;
