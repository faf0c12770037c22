import { useEffect, useRef, useState } from "preact/hooks";
import { EmptyCart } from "../../components/empty-cart";
import { inOrder, lineName } from "../../components/line";
import { LoadFailure, Loading, usePageTitle } from "../../components/page";
import { Picture } from "../../components/picture";
import { Summary } from "../../components/summary";
import { variantName } from "../../domain/choices";
import { productPath } from "../../domain/routes";
import { useShop } from "../../domain/shop";
import { itemCount } from "../../domain/totals";
import { explain } from "../../lib/api/errors";
import type { Cart, LineItem } from "../../lib/api/types";
import { formatMoney } from "../../lib/money";
import { useObservable } from "../../lib/observable";

const mostOfOne = 999;
const typingPauseMilliseconds = 500;

export function CartPage() {
  const { carts } = useShop();
  const state = useObservable(carts.state);
  usePageTitle("Cart");

  if (state.name === "loading") return <CartSkeleton />;
  if (state.name === "failed") return <LoadFailure error={state.error} retry={() => carts.load()} />;
  const { cart } = state;
  if (!cart || itemCount(cart.items) === 0) return <EmptyCart />;
  return <FilledCart cart={cart} />;
}

function FilledCart({ cart }: { cart: Cart }) {
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <>
      <div class="page-heading">
        <h1 ref={heading} tabIndex={-1}>
          Cart
        </h1>
      </div>
      <div class="columns">
        <ul class="lines">
          {inOrder(cart.items).map((line) => (
            <CartLine
              key={line.id}
              line={line}
              currencyCode={cart.currency_code}
              onRemoved={() => heading.current?.focus()}
            />
          ))}
        </ul>
        <section class="panel cart-sum" aria-label="Sum">
          <Summary totals={cart} shippingKnown={false} />
          <a class="button button-wide" href="/checkout">
            Go to checkout
          </a>
        </section>
      </div>
    </>
  );
}

function CartLine(props: { line: LineItem; currencyCode: string; onRemoved: () => void }) {
  const { line, currencyCode, onRemoved } = props;
  const { carts, announcement } = useShop();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const name = lineName(line);
  const variant = variantName(line.variant_title);

  const change = async (send: () => Promise<void>, done: string) => {
    setBusy(true);
    setError(undefined);
    try {
      await send();
      announcement.value = done;
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };
  const setQuantity = (quantity: number) =>
    change(() => carts.setQuantity(line.id, quantity), `${name}: quantity is now ${quantity}.`);
  const remove = async () => {
    await change(() => carts.remove(line.id), `${name} was removed from the cart.`);
    if (!carts.cart?.items?.some((item) => item.id === line.id)) onRemoved();
  };

  return (
    <li class="line" aria-busy={busy}>
      <Picture url={line.thumbnail} text="" />
      <div class="line-text">
        <p class="line-name">
          {line.product_handle ? <a href={productPath(line.product_handle)}>{name}</a> : name}
        </p>
        <p class="quiet">
          {variant && `${variant} · `}
          {formatMoney(line.unit_price, currencyCode)}
        </p>
      </div>
      <p class="line-amount">{formatMoney(line.unit_price * line.quantity, currencyCode)}</p>
      <div class="line-controls">
        <QuantityField name={name} quantity={line.quantity} failed={error !== undefined} send={setQuantity} />
        <button type="button" class="link-button" onClick={remove}>
          Remove<span class="visually-hidden"> {name}</span>
        </button>
      </div>
      {error !== undefined && (
        <p class="message message-bad" role="alert">
          {explain(error)}
        </p>
      )}
    </li>
  );
}

/** A number with buttons beside it; several quick changes become one request. */
function QuantityField(props: {
  name: string;
  quantity: number;
  failed: boolean;
  send: (quantity: number) => void;
}) {
  const { name, quantity, failed, send } = props;
  const [typed, setTyped] = useState(String(quantity));
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; send: () => void } | null>(null);
  useEffect(() => {
    if (!waiting.current) setTyped(String(quantity));
  }, [quantity]);
  // Only a new failure takes back what was typed
  useEffect(() => {
    if (failed) setTyped(String(quantity));
  }, [failed]);
  const sendWaiting = () => {
    clearTimeout(waiting.current?.timer);
    waiting.current?.send();
    waiting.current = null;
  };
  // A change also counts when the page is left at once
  useEffect(() => sendWaiting, []);

  const wanted = Number(typed);
  const change = (text: string) => {
    setTyped(text);
    clearTimeout(waiting.current?.timer);
    waiting.current = null;
    const next = Number(text);
    if (!isQuantity(next) || next === quantity) return;
    waiting.current = { timer: setTimeout(sendWaiting, typingPauseMilliseconds), send: () => send(next) };
  };
  const step = (by: number) => change(String((isQuantity(wanted) ? wanted : quantity) + by));

  return (
    <fieldset class="quantity" aria-label={`Quantity of ${name}`}>
      <button type="button" aria-label="One less" disabled={wanted <= 1} onClick={() => step(-1)}>
        −
      </button>
      <input
        type="text"
        inputMode="numeric"
        autoComplete="off"
        aria-label="Quantity"
        value={typed}
        onInput={(event) => change(event.currentTarget.value.trim())}
        onBlur={() => {
          if (!isQuantity(wanted)) setTyped(String(quantity));
        }}
      />
      <button type="button" aria-label="One more" disabled={wanted >= mostOfOne} onClick={() => step(1)}>
        +
      </button>
    </fieldset>
  );
}

function isQuantity(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= mostOfOne;
}

function CartSkeleton() {
  return (
    <>
      <div class="page-heading">
        <h1>Cart</h1>
      </div>
      <Loading>
        <div class="columns">
          <div class="lines">
            {[1, 2].map((index) => (
              <div class="line" key={index}>
                <span class="picture bone" />
                <div class="line-text">
                  <span class="bone bone-line" />
                  <span class="bone bone-line bone-short" />
                </div>
              </div>
            ))}
          </div>
          <div class="panel">
            <span class="bone bone-line" />
            <span class="bone bone-button" />
          </div>
        </div>
      </Loading>
    </>
  );
}
