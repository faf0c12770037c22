import { MissingPage } from "../components/page";
import { routeOf } from "../domain/routes";
import { type Shop, ShopContext } from "../domain/shop";
import { useObservable } from "../lib/observable";
import { CartPage } from "../pages/cart/cart-page";
import { ProductPage } from "../pages/catalogue/product-page";
import { ProductsPage } from "../pages/catalogue/products-page";
import { CheckoutPage } from "../pages/checkout/checkout-page";
import { OrderPage } from "../pages/order/order-page";
import { Layout } from "./layout";

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
