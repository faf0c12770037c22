import { type DetailName, type Details, needsPostalCode, type Problems } from "../../domain/details";
import type { Country } from "../../lib/api/types";
import { SelectField, TextField } from "./field";

interface AddressFieldsProps {
  details: Details;
  problems: Problems;
  countries: Country[];
  onInput: (name: DetailName, value: string) => void;
  onDestinationChange: () => void;
}

export function AddressFields(props: AddressFieldsProps) {
  const { details, problems, countries, onInput, onDestinationChange } = props;
  const field = (name: DetailName) => ({
    name,
    value: details[name],
    problem: problems[name],
    onInput: (value: string) => onInput(name, value),
  });
  const destination = { onChange: onDestinationChange };
  return (
    <>
      <fieldset class="fields">
        <legend>Contact</legend>
        <TextField {...field("email")} label="E-mail" type="email" inputMode="email" autoComplete="email" />
      </fieldset>
      <fieldset class="fields">
        <legend>Delivery address</legend>
        <SelectField
          {...field("country_code")}
          {...destination}
          label="Country"
          autoComplete="country"
          options={countries.map((country) => ({ value: country.iso_2, text: country.display_name }))}
        />
        <TextField {...field("first_name")} label="First name" autoComplete="given-name" />
        <TextField {...field("last_name")} label="Last name" autoComplete="family-name" />
        <TextField {...field("address_1")} label="Street and house number" autoComplete="address-line1" />
        <TextField {...field("address_2")} label="Apartment, floor" autoComplete="address-line2" optional />
        <TextField
          {...field("postal_code")}
          {...destination}
          label="Postal code"
          autoComplete="postal-code"
          optional={!needsPostalCode(details.country_code)}
        />
        <TextField {...field("city")} {...destination} label="City" autoComplete="address-level2" />
        <TextField
          {...field("province")}
          {...destination}
          label="State or province"
          autoComplete="address-level1"
          optional
        />
        <TextField {...field("phone")} label="Phone" type="tel" inputMode="tel" autoComplete="tel" optional />
      </fieldset>
    </>
  );
}
