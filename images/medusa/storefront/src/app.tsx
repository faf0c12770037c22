import { CartPage } from "./cart/cart-page";
import { ProductPage } from "./catalogue/product-page";
import { ProductsPage } from "./catalogue/products-page";
import { CheckoutPage } from "./checkout/checkout-page";
import { useObservable } from "./observable";
import { OrderPage } from "./order/order-page";
import { Layout } from "./shell/layout";
import { MissingPage } from "./shell/page";
import { routeOf } from "./shell/routes";
import { type Shop, ShopContext } from "./shell/shop";

export function App({ shop }: { shop: Shop }) {
  return (
    <ShopContext.Provider value={shop}>
      <Layout>
        <CurrentPage shop={shop} />
      </Layout>
    </ShopContext.Provider>
  );
}

function CurrentPage({ shop }: { shop: Shop }) {
  const route = routeOf(useObservable(shop.navigation.place));
  switch (route.page) {
    case "products":
      return <ProductsPage key={route.number} number={route.number} />;
    case "product":
      return <ProductPage key={route.handle} handle={route.handle} />;
    case "cart":
      return <CartPage />;
    case "checkout":
      return <CheckoutPage />;
    case "order":
      return <OrderPage key={route.id} id={route.id} />;
    case "missing":
      return <MissingPage />;
  }
}
