import { ApiError } from "../lib/api/errors";
import type { StoreApi } from "../lib/api/store-api";
import type { Cart } from "../lib/api/types";
import { Observable } from "../lib/observable";

export type CartState =
  | { name: "loading" }
  | { name: "failed"; error: unknown }
  /** No cart is the same as an empty one: the server gets one with the first product. */
  | { name: "ready"; cart: Cart | undefined };

type KeyValueStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const cartKey = "cart";
const orderedKey = "cart-being-ordered";

/**
 * The shopper's cart. Changes run one after another in the order they were asked for, so that the last one
 * asked for is the one that holds. A cart that the server no longer has, that was ordered or that belongs to
 * another region is dropped quietly.
 */
export class CartStore {
  readonly state = new Observable<CartState>({ name: "loading" });
  /** The order that the stored cart turned out to have become, although its answer got lost. */
  readonly foundOrder = new Observable<string | undefined>(undefined);
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: StoreApi,
    private readonly regionId: string,
    private readonly storage: KeyValueStore,
  ) {}

  get cart(): Cart | undefined {
    return this.state.value.name === "ready" ? this.state.value.cart : undefined;
  }

  /** Reads the cart of the last visit; never rejects. */
  load(): Promise<void> {
    return this.inTurn(async () => {
      try {
        this.show(await this.current());
      } catch (error) {
        this.state.value = { name: "failed", error };
      }
    });
  }

  add(variantId: string, quantity: number): Promise<void> {
    return this.inTurn(async () => {
      const cartId = this.cartId();
      if (cartId) {
        try {
          return this.show(await this.api.addLine(cartId, variantId, quantity));
        } catch (error) {
          if (!concernsTheCart(error) || (await this.current())) throw error;
        }
      }
      this.show(await this.api.createCart(variantId, quantity));
    });
  }

  setQuantity(lineId: string, quantity: number): Promise<void> {
    return this.change((cartId) => this.api.setLineQuantity(cartId, lineId, quantity));
  }

  remove(lineId: string): Promise<void> {
    return this.change((cartId) => this.api.removeLine(cartId, lineId));
  }

  /** Runs a change of the cart that is not about its lines, such as its address. */
  change(send: (cartId: string) => Promise<Cart>): Promise<void> {
    return this.inTurn(async () => {
      const cartId = this.cartId();
      if (!cartId) return this.show(undefined);
      try {
        this.show(await send(cartId));
      } catch (error) {
        // The line or the whole cart went away meanwhile, perhaps in another tab: show what is there now.
        if (concernsTheCart(error)) this.show(await this.current());
        throw error;
      }
    });
  }

  /** Remembers, past a reload, that an order for the cart may have reached the server. */
  markBeingOrdered(cartId: string): void {
    this.storage.setItem(orderedKey, cartId);
  }

  isBeingOrdered(cartId: string): boolean {
    return this.storage.getItem(orderedKey) === cartId;
  }

  /** The next product starts a new cart. */
  forget(): void {
    this.storage.removeItem(cartKey);
    this.storage.removeItem(orderedKey);
    this.show(undefined);
  }

  cartId(): string | null {
    return this.storage.getItem(cartKey);
  }

  /** The stored cart as the server has it, or undefined after dropping one that cannot be used. */
  private async current(): Promise<Cart | undefined> {
    const cartId = this.cartId();
    if (!cartId) return undefined;
    try {
      const cart = await this.api.cart(cartId);
      if (!cart.completed_at && cart.region_id === this.regionId) return cart;
      if (cart.completed_at && this.isBeingOrdered(cartId)) {
        // Completing a completed cart changes nothing and names its order.
        const completed = await this.api.completeCart(cartId);
        if (completed.type === "order") this.foundOrder.value = completed.order.id;
      }
    } catch (error) {
      if (!(error instanceof ApiError) || error.failure !== "missing") throw error;
    }
    this.storage.removeItem(cartKey);
    return undefined;
  }

  private show(cart: Cart | undefined): void {
    if (cart) this.storage.setItem(cartKey, cart.id);
    this.state.value = { name: "ready", cart };
  }

  /** Runs something after all changes that were asked for before it. */
  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(run);
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

function concernsTheCart(error: unknown): boolean {
  return error instanceof ApiError && (error.failure === "missing" || error.failure === "completed");
}
