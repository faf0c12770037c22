// In the order of the cascade: what surrounds every page, parts of many pages, pages.
import "./tokens.css";
import "./base.css";
import "./frame.css";
import "./controls.css";
import "./pictures.css";
import "./catalogue.css";
import "./cart.css";
import "./checkout.css";
import "./order.css";
// Outlines that must come after those of a control with the focus.
import "./forced-colors.css";
