//! What only the browser can read: RFC 8291 (keys) over RFC 8188 (`aes128gcm`), in one record.
//!
//! Must never encrypt twice with the same salt and key: both are drawn for each message.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
    rand,
};
use base64ct::{Base64UrlUnpadded, Encoding};

const SALT_LENGTH: usize = 16;
const AUTH_LENGTH: usize = 16;
/// An uncompressed point.
const PUBLIC_LENGTH: usize = 65;
/// Push services take 4,096 bytes: head, tag and padding mark go off.
const RECORD_LENGTH: u32 = 4_096;
pub(super) const TEXT_LENGTH_MAX: usize = 3_900;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum EncryptionError {
    #[error("the browser's keys are no keys")]
    Keys,
    #[error("the message is too long")]
    TooLong,
    #[error("the message could not be encrypted")]
    Failed,
}

impl From<Unspecified> for EncryptionError {
    fn from(_: Unspecified) -> Self {
        Self::Failed
    }
}

/// What a browser gave with its subscription.
pub(super) struct BrowserKeys {
    public: [u8; PUBLIC_LENGTH],
    auth: [u8; AUTH_LENGTH],
}

impl BrowserKeys {
    /// From base64url, as browsers write it, with or without padding.
    pub(super) fn parse(p256dh: &str, auth: &str) -> Result<Self, EncryptionError> {
        let decode = |text: &str| Base64UrlUnpadded::decode_vec(text.trim_end_matches('=')).map_err(|_| EncryptionError::Keys);
        let public: [u8; PUBLIC_LENGTH] = decode(p256dh)?.try_into().map_err(|_| EncryptionError::Keys)?;
        let auth = decode(auth)?.try_into().map_err(|_| EncryptionError::Keys)?;
        let keys = Self { public, auth };
        // A point that is not on the curve is found here, and not with the first message.
        PrivateKey::generate(&ECDH_P256).map_err(EncryptionError::from).and_then(|ours| keys.input_key(&ours))?;
        Ok(keys)
    }

    pub(super) fn encrypt(&self, text: &[u8]) -> Result<Vec<u8>, EncryptionError> {
        let mut salt = [0; SALT_LENGTH];
        rand::fill(&mut salt)?;
        self.encrypt_with(&PrivateKey::generate(&ECDH_P256)?, salt, text)
    }

    fn encrypt_with(&self, ours: &PrivateKey, salt: [u8; SALT_LENGTH], text: &[u8]) -> Result<Vec<u8>, EncryptionError> {
        if text.len() > TEXT_LENGTH_MAX {
            return Err(EncryptionError::TooLong);
        }
        let key = Salt::new(HKDF_SHA256, &salt).extract(&self.input_key(ours)?);
        let content_key = UnboundKey::new(&AES_128_GCM, &expand::<16>(&key, &[b"Content-Encoding: aes128gcm\0"])?)?;
        let nonce = Nonce::assume_unique_for_key(expand::<12>(&key, &[b"Content-Encoding: nonce\0"])?);
        // The mark of the last record.
        let mut record = [text, &[2]].concat();
        LessSafeKey::new(content_key).seal_in_place_append_tag(nonce, Aad::empty(), &mut record)?;
        let public = ours.compute_public_key()?;
        let head = [&salt[..], &RECORD_LENGTH.to_be_bytes(), &[65], public.as_ref()].concat();
        Ok([head, record].concat())
    }

    fn input_key(&self, ours: &PrivateKey) -> Result<[u8; 32], EncryptionError> {
        let public = ours.compute_public_key()?;
        agree(ours, UnparsedPublicKey::new(&ECDH_P256, &self.public), EncryptionError::Keys, |shared| {
            let key = Salt::new(HKDF_SHA256, &self.auth).extract(shared);
            Ok(expand::<32>(&key, &[b"WebPush: info\0", &self.public, public.as_ref()])?)
        })
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut out = [0; N];
    key.expand(info, Length(N))?.fill(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        Base64UrlUnpadded::decode_vec(text).expect("base64url").try_into().expect("its length")
    }

    /// The worked example of RFC 8291, appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out() {
        let keys = BrowserKeys::parse(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        );
        let ours = PrivateKey::from_private_key(&ECDH_P256, &bytes::<32>("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).expect("a key");
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = keys.expect("keys").encrypt_with(&ours, bytes("DGv6ra1nlYgDCS1FRnbzlw"), text).expect("encrypted");
        let expected = concat!(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y",
            "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
        assert_eq!(Base64UrlUnpadded::encode_string(&sealed), expected);
    }

    #[test]
    fn what_are_no_keys_is_refused() {
        let off_the_curve = Base64UrlUnpadded::encode_string(&[4; PUBLIC_LENGTH]);
        let good = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        for (p256dh, auth) in [("", ""), (good, "AAAA"), (good, "*"), (&off_the_curve, "BTBZMqHH6r4Tts7J_aSIgg")] {
            assert_eq!(BrowserKeys::parse(p256dh, auth).err(), Some(EncryptionError::Keys), "{p256dh}");
        }
        assert!(BrowserKeys::parse(&format!("{good}="), "BTBZMqHH6r4Tts7J_aSIgg==").is_ok());
    }
}
