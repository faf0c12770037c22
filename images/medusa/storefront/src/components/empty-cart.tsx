import { AllProducts, Notice } from "./page";

export function EmptyCart() {
  return (
    <Notice heading="Your cart is empty" text="What you add to the cart will be here.">
      <AllProducts />
    </Notice>
  );
}
