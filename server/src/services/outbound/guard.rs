//! Which addresses may be called: those of the open internet, by https. Checked at every call, after the name is resolved.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

const URL_LENGTH_MAX: usize = 2_048;

/// How far calls may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// https to global addresses.
    Internet,
    /// Also http and this machine: for tests. No command line leads here.
    Anywhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::services) enum Refused {
    #[error("enter a whole address that begins with https://, of at most 2,048 characters")]
    NotHttps,
    #[error("leave out user name and password")]
    Credentials,
    #[error("this address is not on the open internet")]
    NotGlobal,
}

/// Literal addresses are checked here: no resolver sees them.
pub(in crate::services) fn check_url(text: &str, reach: Reach) -> Result<Url, Refused> {
    if text.len() > URL_LENGTH_MAX {
        return Err(Refused::NotHttps);
    }
    let url = Url::parse(text.trim()).map_err(|_| Refused::NotHttps)?;
    let is_scheme = url.scheme() == "https" || (reach == Reach::Anywhere && url.scheme() == "http");
    if !is_scheme {
        return Err(Refused::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::Credentials);
    }
    let host = url.host_str().ok_or(Refused::NotHttps)?;
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_local_name = host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost");
    if reach == Reach::Internet && (is_local_name || literal.is_ok_and(|address| !is_global(address))) {
        return Err(Refused::NotGlobal);
    }
    Ok(url)
}

/// Resolves names; one address that is not global refuses the whole name.
pub(in crate::services) struct GlobalOnly(pub(in crate::services) Reach);

impl Resolve for GlobalOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if reach == Reach::Internet && !found.iter().all(|address| is_global(address.ip())) {
                return Err(Refused::NotGlobal.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

pub(in crate::services) fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_global_v4(address),
        IpAddr::V6(address) => is_global_v6(address),
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // "This network", private, shared (carriers), loopback, link-local.
    let is_local = matches!((a, b), (0 | 10 | 127, _) | (100, 64..=127) | (169, 254) | (172, 16..=31) | (192, 168));
    // Protocol assignments, documentation, relays, benchmarks.
    let is_assigned = matches!((a, b, c), (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113));
    let is_multicast_or_reserved = a >= 224;
    !is_local && !is_assigned && !is_multicast_or_reserved
}

/// What is not `2000::/3` is not global; within it, tunnels are as global as what they lead to.
fn is_global_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_global_v4(mapped);
    }
    let segments = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // NAT64, and 6to4.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => is_global_v4(v4(high, low)),
        // Teredo, benchmarks, ORCHID and the other assignments; documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}
