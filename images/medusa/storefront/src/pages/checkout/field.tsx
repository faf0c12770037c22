import type { ComponentChildren } from "preact";

interface FieldProps {
  name: string;
  label: string;
  value: string;
  problem: string | undefined;
  optional?: boolean;
  onInput: (value: string) => void;
  /** The value is final for now. */
  onChange?: (() => void) | undefined;
}

interface TextFieldProps extends FieldProps {
  type?: "text" | "email" | "tel";
  inputMode?: "text" | "email" | "tel";
  autoComplete: string;
}

export function TextField(props: TextFieldProps) {
  const { name, type = "text", inputMode = "text", autoComplete, value, onInput, onChange } = props;
  return (
    <FieldFrame {...props}>
      <input
        id={name}
        name={name}
        // Preact's types allow one kind at a time, not one of several.
        type={type as "text"}
        inputMode={inputMode}
        autoComplete={autoComplete}
        value={value}
        required={!props.optional}
        onInput={(event) => onInput(event.currentTarget.value)}
        onChange={onChange}
        {...problemAttributes(props)}
      />
    </FieldFrame>
  );
}

export function SelectField(
  props: FieldProps & { autoComplete: string; options: { value: string; text: string }[] },
) {
  const { name, value, options, autoComplete, onInput, onChange } = props;
  return (
    <FieldFrame {...props}>
      <select
        id={name}
        name={name}
        autoComplete={autoComplete}
        value={value}
        required={!props.optional}
        onChange={(event) => {
          onInput(event.currentTarget.value);
          onChange?.();
        }}
        {...problemAttributes(props)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

function FieldFrame(props: FieldProps & { children?: ComponentChildren }) {
  return (
    <div class={`field field-${props.name}`}>
      <label for={props.name}>
        {props.label}
        {props.optional && <span class="quiet"> (optional)</span>}
      </label>
      {props.children}
      {props.problem && (
        <p class="field-problem" id={`${props.name}-problem`}>
          {props.problem}
        </p>
      )}
    </div>
  );
}

function problemAttributes({ name, problem }: FieldProps) {
  return problem ? { "aria-invalid": true, "aria-describedby": `${name}-problem` } : {};
}
