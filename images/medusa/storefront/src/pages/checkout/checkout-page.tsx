import { useEffect, useRef, useState } from "preact/hooks";
import { EmptyCart } from "../../components/empty-cart";
import { inOrder, OrderedLine } from "../../components/line";
import { LoadFailure, Loading, Notice, usePageTitle } from "../../components/page";
import { Summary } from "../../components/summary";
import { type DetailName, type Details, destinationOf, firstDetails, problemsOf } from "../../domain/details";
import { orderPath } from "../../domain/routes";
import { useShop } from "../../domain/shop";
import { itemCount } from "../../domain/totals";
import { ApiError, explain } from "../../lib/api/errors";
import type { Cart, Country } from "../../lib/api/types";
import { useObservable } from "../../lib/observable";
import { useLoad } from "../../lib/use-load";
import { AddressFields } from "./address-fields";
import { placeOrder } from "./place-order";
import { ShippingField } from "./shipping-field";
import { useShipping } from "./use-shipping";

export function CheckoutPage() {
  const { api, carts, navigation, draft } = useShop();
  const state = useObservable(carts.state);
  const foundOrder = useObservable(carts.foundOrder);
  const region = useLoad("region", () => api.region());
  usePageTitle("Checkout");
  useEffect(() => {
    if (!foundOrder) return;
    navigation.replace(orderPath(foundOrder));
    draft.forget();
    carts.forget();
  }, [foundOrder, navigation, draft, carts]);

  if (state.name === "failed") return <LoadFailure error={state.error} retry={() => carts.load()} />;
  if (region.name === "failed") return <LoadFailure {...region} />;
  if (state.name === "loading" || region.name === "loading" || foundOrder) return <CheckoutSkeleton />;
  if (!state.cart || itemCount(state.cart.items) === 0) return <EmptyCart />;
  const countries = [...(region.value.countries ?? [])].sort((a, b) =>
    a.display_name.localeCompare(b.display_name),
  );
  if (countries.length === 0) {
    return (
      <Notice
        heading="No delivery yet"
        text="This shop does not deliver anywhere at the moment. Come back soon."
      />
    );
  }
  return <CheckoutForm cart={state.cart} countries={countries} />;
}

function CheckoutForm({ cart, countries }: { cart: Cart; countries: Country[] }) {
  const { api, carts, navigation, draft } = useShop();
  const [details, setDetails] = useState<Details>(() =>
    firstDetails(draft.read(), cart, countries, navigator.languages),
  );
  // A browser fills in several fields before any of them is rendered.
  const latest = useRef(details);
  const [submitted, setSubmitted] = useState(false);
  const [refusedEmail, setRefusedEmail] = useState<string>();
  const [placing, setPlacing] = useState(false);
  const [failure, setFailure] = useState<string>();
  // A second click comes before the first one is rendered.
  const isPlacing = useRef(false);
  const { shipping, load, change } = useShipping(destinationOf(details));

  const problems = submitted ? problemsOf(details, countries) : {};
  if (refusedEmail !== undefined && refusedEmail === details.email) {
    problems.email = "The shop does not accept this e-mail address. Check it or use another one.";
  }
  const type = (name: DetailName, value: string) => {
    latest.current = { ...latest.current, [name]: value };
    draft.write(latest.current);
    setDetails(latest.current);
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isPlacing.current) return;
    setSubmitted(true);
    setFailure(undefined);
    const [firstProblem] = document.getElementsByName(firstProblemName(details, countries) ?? "");
    if (firstProblem) {
      setFailure("Some fields need your attention: they are marked above.");
      firstProblem.focus();
      return;
    }
    if (shipping.name !== "ready" || !shipping.chosen) {
      setFailure("Choose a way of shipping first.");
      document.getElementById("shipping")?.focus();
      return;
    }
    const { chosen } = shipping;
    isPlacing.current = true;
    setPlacing(true);
    try {
      const orderId = await carts.inTurn(() => placeOrder(api, carts, details, chosen));
      navigation.replace(orderPath(orderId));
      draft.forget();
      carts.forget();
      return;
    } catch (error) {
      setFailure(explainOrder(error));
      if (error instanceof ApiError && error.failure === "refused") {
        if (/email/i.test(error.message)) setRefusedEmail(details.email);
        void load(destinationOf(details));
      }
      if (error instanceof ApiError && error.failure === "missing") void carts.load();
    }
    isPlacing.current = false;
    setPlacing(false);
  };

  return (
    <>
      <div class="page-heading">
        <h1>Checkout</h1>
      </div>
      <form class="columns" onSubmit={submit} noValidate>
        <div class="checkout-fields">
          <AddressFields
            details={details}
            problems={problems}
            countries={countries}
            onInput={type}
            onDestinationChange={() => load(destinationOf(latest.current))}
          />
          <ShippingField
            shipping={shipping}
            currencyCode={cart.currency_code}
            change={change}
            retry={() => load(destinationOf(details))}
          />
          <fieldset class="fields">
            <legend>Payment</legend>
            <label class="option">
              <input type="radio" name="payment" checked readOnly />
              <span class="option-name">Manual payment</span>
              <span class="quiet option-description">
                Nothing is charged now. You pay the shop directly, for example on delivery.
              </span>
            </label>
          </fieldset>
        </div>
        <section class="panel checkout-sum" aria-label="Your order">
          <h2>Your order</h2>
          <ul class="ordered-lines">
            {inOrder(cart.items).map((line) => (
              <OrderedLine key={line.id} line={line} currencyCode={cart.currency_code} />
            ))}
          </ul>
          <p>
            <a href="/cart">Change the cart</a>
          </p>
          <Summary totals={cart} shippingKnown={(cart.shipping_methods ?? []).length > 0} />
          {failure && (
            <p class="message message-bad" role="alert">
              {failure}
            </p>
          )}
          <button type="submit" class="button button-wide" aria-disabled={placing}>
            {placing ? "Placing your order…" : "Place order"}
          </button>
        </section>
      </form>
    </>
  );
}

function firstProblemName(details: Details, countries: Country[]): string | undefined {
  const problems = problemsOf(details, countries);
  const inPageOrder = [...document.querySelectorAll<HTMLInputElement>("form [name]")].map(
    (field) => field.name,
  );
  return inPageOrder.find((name) => name in problems);
}

function explainOrder(error: unknown): string {
  if (error instanceof ApiError && error.outcomeUnknown) {
    return `${explain(error)} What you entered is kept. You can press “Place order” again: it is ordered only once.`;
  }
  if (error instanceof ApiError && error.failure === "soldOut") {
    return "A product in your cart is no longer in stock in that quantity. Change the cart, then order again.";
  }
  return explain(error);
}

function CheckoutSkeleton() {
  return (
    <>
      <div class="page-heading">
        <h1>Checkout</h1>
      </div>
      <Loading>
        <div class="columns">
          <div class="checkout-fields">
            {[1, 2, 3, 4].map((index) => (
              <span class="bone bone-button" key={index} />
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
