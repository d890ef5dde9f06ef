//! The parts that pages are made of: one component per file, no prices and no server calls of their own
//! (the symbol search is the exception).

mod account_menu;
mod account_stats;
mod app_frame;
mod badge;
pub mod blotter;
mod button;
mod delta;
mod empty;
mod field;
mod form_error;
mod icon;
mod logo;
mod nav;
mod panel;
mod password_field;
pub mod quote;
mod require_user;
mod segmented;
mod sheet;
mod skeleton;
mod sparkline;
mod stat;
mod symbol_search;
pub mod ticket;
mod toasts;
mod trouble;

pub use account_stats::AccountStats;
pub use app_frame::AppFrame;
pub use badge::{Badge, BadgeKind};
pub use button::{Button, ButtonKind};
pub use delta::Delta;
pub use empty::Empty;
pub use field::Field;
pub use form_error::{Answer, FormError, field_error};
pub use icon::{Icon, IconName};
pub use panel::Panel;
pub use password_field::PasswordField;
pub use require_user::RequireUser;
pub use segmented::Segmented;
pub use sheet::Sheet;
pub use skeleton::Skeleton;
pub use sparkline::Sparkline;
pub use stat::Stat;
pub use toasts::Toasts;
pub use trouble::Trouble;
