import { IconArrowLeft } from "@tabler/icons-react";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";
import classes from "./back-link.module.css";

function BackAnchor(props: AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> }) {
  const { children, ...rest } = props;
  return (
    <a {...rest} className={classes.back}>
      <IconArrowLeft size={16} aria-hidden />
      {children}
    </a>
  );
}

/** The way back to the list, above a page's title. */
export const BackLink = createLink(BackAnchor);
