//! Who is signed in. Known to the host before it renders, handed to the browser with the page;
//! signing in and out load a fresh page, so it never changes in between.

use leptos::prelude::*;
use speedtrade::wire::UserView;

use crate::api::PageJson;

#[derive(Clone, Copy)]
struct Session(StoredValue<Option<UserView>>);

pub(crate) fn provide() {
    let user = SharedValue::<_, PageJson>::new_with_encoding(of_request).into_inner();
    provide_context(Session(StoredValue::new(user)));
}

/// The signed-in user; the same for the life of the page.
pub fn use_user() -> Option<UserView> {
    use_context::<Session>().and_then(|session| session.0.get_value())
}

fn of_request() -> Option<UserView> {
    #[cfg(feature = "ssr")]
    {
        use_context::<crate::backend::CurrentUser>().and_then(|user| user.0)
    }
    #[cfg(not(feature = "ssr"))]
    None
}
