import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { StoreApi } from "../api/store-api";
import type { StoreConfig } from "../api/types";
import type { CartStore } from "../cart/cart-store";
import type { Draft } from "../checkout/draft";
import type { Observable } from "../observable";
import type { Navigation } from "./navigation";

/** What every page works with; made once, in main.tsx. */
export interface Shop {
  config: StoreConfig;
  api: StoreApi;
  carts: CartStore;
  draft: Draft;
  navigation: Navigation;
  /** What screen readers say next. */
  announcement: Observable<string>;
}

export const ShopContext = createContext<Shop | undefined>(undefined);

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error("outside of the shop");
  return shop;
}
