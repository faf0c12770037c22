import { inOrder, OrderedLine } from "../../components/line";
import { AllProducts, LoadFailure, Loading, Notice, usePageTitle } from "../../components/page";
import { Summary } from "../../components/summary";
import { useShop } from "../../domain/shop";
import { ApiError } from "../../lib/api/errors";
import type { Address, Order } from "../../lib/api/types";
import { useLoad } from "../../lib/use-load";

export function OrderPage({ id }: { id: string }) {
  const { api } = useShop();
  const loaded = useLoad(`order ${id}`, () => api.order(id));
  usePageTitle(loaded.name === "ready" ? `Order ${loaded.value.display_id}` : undefined);

  if (loaded.name === "ready") return <OrderDetails order={loaded.value} />;
  if (loaded.name === "loading") return <OrderSkeleton />;
  if (loaded.error instanceof ApiError && loaded.error.failure === "missing") return <MissingOrder />;
  return <LoadFailure {...loaded} />;
}

function MissingOrder() {
  usePageTitle("Order not found");
  return (
    <Notice
      heading="Order not found"
      text="There is no order at this address. Check that the link is complete."
    >
      <AllProducts />
    </Notice>
  );
}

function OrderDetails({ order }: { order: Order }) {
  const method = order.shipping_methods?.[0]?.name;
  return (
    <>
      <div class="page-heading order-heading">
        <h1>Thank you for your order</h1>
        <p>
          Your order number is <strong data-order-number={order.display_id}>{order.display_id}</strong>. Keep
          the address of this page: you can come back to it at any time.
        </p>
      </div>
      <div class="columns">
        <section class="panel" aria-label="What you ordered">
          <h2>What you ordered</h2>
          <ul class="ordered-lines">
            {inOrder(order.items).map((line) => (
              <OrderedLine key={line.id} line={line} currencyCode={order.currency_code} />
            ))}
          </ul>
          <Summary totals={order} shippingKnown />
        </section>
        <div class="order-facts">
          <section>
            <h2>Delivery</h2>
            <address>
              {addressLines(order.shipping_address).map((line) => (
                <span key={line}>{line}</span>
              ))}
            </address>
            {method && <p class="quiet">{method}</p>}
          </section>
          <section>
            <h2>Payment</h2>
            <p>Manual payment</p>
            <p class="quiet">Nothing was charged. You pay the shop directly.</p>
          </section>
          {order.email && (
            <section>
              <h2>Contact</h2>
              <p>{order.email}</p>
            </section>
          )}
          <a class="button button-quiet" href="/">
            Continue shopping
          </a>
        </div>
      </div>
    </>
  );
}

function addressLines(address: Partial<Address> | null): string[] {
  if (!address) return [];
  const join = (...parts: (string | null | undefined)[]) => parts.filter(Boolean).join(" ");
  return [
    join(address.first_name, address.last_name),
    join(address.address_1),
    join(address.address_2),
    join(address.postal_code, address.city),
    join(address.province),
    countryName(address.country_code),
    join(address.phone),
  ].filter(Boolean);
}

function countryName(code: string | null | undefined): string {
  if (!code) return "";
  try {
    return new Intl.DisplayNames(["en"], { type: "region" }).of(code.toUpperCase()) ?? code;
  } catch {
    return code;
  }
}

function OrderSkeleton() {
  return (
    <Loading>
      <span class="bone bone-heading" />
      <div class="columns">
        <div class="panel">
          <span class="bone bone-line" />
          <span class="bone bone-line" />
        </div>
      </div>
    </Loading>
  );
}
