// The part of Medusa's Store API (2.21) that this storefront reads. Amounts are in whole currency units.

/** GET /config.json: what is particular to this store. */
export interface StoreConfig {
  title: string;
  publishableKey: string;
  regionId: string;
  currencyCode: string;
  url: string;
}

export interface Country {
  iso_2: string;
  display_name: string;
}

export interface Region {
  id: string;
  name: string;
  currency_code: string;
  countries: Country[] | null;
}

export interface CalculatedPrice {
  calculated_amount: number | null;
  original_amount: number | null;
  currency_code: string | null;
}

interface OptionValue {
  id: string;
  value: string;
  option_id?: string | null;
}

interface ProductOption {
  id: string;
  title: string;
  values?: OptionValue[] | null;
}

export interface Variant {
  id: string;
  title: string | null;
  manage_inventory: boolean | null;
  allow_backorder: boolean | null;
  /** Absent where the stock is not counted. */
  inventory_quantity?: number | null;
  calculated_price?: CalculatedPrice | null;
  options?: OptionValue[] | null;
}

export interface Product {
  id: string;
  title: string;
  subtitle?: string | null;
  description?: string | null;
  handle: string;
  thumbnail: string | null;
  images?: { id: string; url: string }[] | null;
  options?: ProductOption[] | null;
  variants: Variant[] | null;
}

export interface ProductList {
  products: Product[];
  count: number;
  offset: number;
  limit: number;
}

export interface Address {
  first_name: string | null;
  last_name: string | null;
  address_1: string | null;
  address_2: string | null;
  postal_code: string | null;
  city: string | null;
  province: string | null;
  country_code: string | null;
  phone: string | null;
}

export interface LineItem {
  id: string;
  variant_id: string | null;
  product_title: string | null;
  product_handle: string | null;
  variant_title: string | null;
  title: string;
  thumbnail: string | null;
  quantity: number;
  unit_price: number;
  is_tax_inclusive?: boolean;
  created_at?: string;
}

interface ShippingMethod {
  id: string;
  name?: string;
  shipping_option_id?: string | null;
}

/** What carts and orders have in common. */
export interface Totals {
  currency_code: string;
  total: number;
  tax_total: number;
  discount_total: number;
  discount_subtotal: number;
  original_item_total: number;
  original_item_subtotal: number;
  original_shipping_total: number;
  original_shipping_subtotal: number;
}

export interface Cart extends Totals {
  id: string;
  region_id: string;
  email: string | null;
  completed_at: string | null;
  items: LineItem[] | null;
  shipping_address: Partial<Address> | null;
  shipping_methods: ShippingMethod[] | null;
}

export interface ShippingOption {
  id: string;
  name: string;
  price_type: "flat" | "calculated";
  /** Absent while a calculated price is not known. */
  amount?: number | null;
  insufficient_inventory?: boolean;
  type?: { label: string; description: string | null } | null;
}

export interface Order extends Totals {
  id: string;
  display_id: number;
  email: string | null;
  created_at: string;
  items: LineItem[] | null;
  shipping_address: Partial<Address> | null;
  shipping_methods: ShippingMethod[] | null;
}

export type CompletedCart =
  | { type: "order"; order: { id: string } }
  | { type: "cart"; cart: Cart; error: { message: string; type: string } };
