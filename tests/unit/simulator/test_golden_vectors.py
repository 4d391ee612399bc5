"""A guard against errors the server shares with Telethon: bytes as Telegram published them.

Source: https://core.telegram.org/mtproto/samples-auth_key unless said otherwise.
"""

from hashlib import sha1

from telethon.tl import functions, types

from engine.simulator.network import wire
from engine.simulator.network.cipher import auth_key_id, decrypt_ige, encrypt_ige, nonce_keys
from engine.simulator.network.rsa_key import fingerprint, is_prime
from engine.simulator.safe_prime import DH_PRIME

NONCE = bytes.fromhex("3E0549828CCA27E966B301A48FECE2FC")
SERVER_NONCE = bytes.fromhex("A5CF4D33F4A11EA877BA4AA573907330")
NEW_NONCE = bytes.fromhex("311C85DB234AA2640AFC4A76A735CF5B1F0FD68BD17FA181E1229AD867CC024D")
FINGERPRINT = bytes.fromhex("216BE86C022BB4C3")
ENCRYPTED_ANSWER = bytes.fromhex(
    "28A92FE20173B347A8BB324B5FAB2667C9A8BBCE6468D5B509A4CBDDC186240AC912CF7006AF8926DE606A2E74C0493C"
    "AA57741E6C82451F54D3E068F5CCC49B4444124B9666FFB405AAB564A3D01E67F6E912867C8D20D9882707DC330B17B4"
    "E0DD57CB53BFAAFA9EF5BE76AE6C1B9B6C51E2D6502A47C883095C46C81E3BE25F62427B585488BB3BF239213BF48EB8"
    "FE34C9A026CC8413934043974DB03556633038392CECB51F94824E140B98637730A4BE79A8F9DAFA39BAE81E1095849E"
    "A4C83467C92A3A17D997817C8A7AC61C3FF414DA37B7D66E949C0AEC858F048224210FCC61F11C3A910B431CCBD104CC"
    "CC8DC6D29D4A5D133BE639A4C32BBFF153E63ACA3AC52F2E4709B8AE01844B142C1EE89D075D64F69A399FEB04E656FE"
    "3675A6F8F412078F3D0B58DA15311C1A9F8E53B3CD6BB5572C294904B726D0BE337E2E21977DA26DD6E33270251C2CA2"
    "9DFCC70227F0755F84CFDA9AC4B8DD5F84F1D1EB36BA45CDDC70444D8C213E4BD8F63B8AB95A2D0B4180DC91283DC063"
    "ACFB92D6A4E407CDE7C8C69689F77A007441D4A6A8384B666502D9B77FC68B5B43CC607E60A146223E110FCB43BC3C94"
    "2EF981930CDC4A1D310C0B64D5E55D308D863251AB90502C3E46CC599E886A927CDA963B9EB16CE62603B68529EE98F9"
    "F5206419E03FB458EC4BD9454AA8F6BA777573CC54B328895B1DF25EAD9FB4CD5198EE022B2B81F388D281D5E5BC5801"
    "07CA01A50665C32B552715F335FD76264FAD00DDD5AE45B94832AC79CE7C511D194BC42B70EFA850BB15C2012C5215CA"
    "BFE97CE66B8D8734D0EE759A638AF013"
)


def _signed(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)


def test_req_pq_is_read_from_the_published_bytes() -> None:
    published = bytes.fromhex("789746603E0549828CCA27E966B301A48FECE2FC")
    request = wire.read_object(published)
    assert isinstance(request, functions.ReqPqRequest)
    assert request.nonce == _signed(NONCE)


def test_res_pq_is_written_as_the_published_bytes() -> None:
    answer = types.ResPQ(
        _signed(NONCE),
        _signed(SERVER_NONCE),
        bytes.fromhex("17ED48941A08F981"),
        [_signed(FINGERPRINT)],
    )
    assert wire.encode(answer) == bytes.fromhex(
        "632416053E0549828CCA27E966B301A48FECE2FCA5CF4D33F4A11EA877BA4AA573907330"
        "0817ED48941A08F98100000015C4B51C01000000216BE86C022BB4C3"
    )


def test_pq_inner_data_is_read_from_the_published_bytes_and_has_their_sha1() -> None:
    published = (
        bytes.fromhex("EC5AC9830817ED48941A08F98100000004494C553B0000000453911073000000")
        + NONCE
        + SERVER_NONCE
        + NEW_NONCE
    )
    assert sha1(published, usedforsecurity=False).hexdigest() == (
        "db761c27718a2305044f71f2ad951629d78b2449"
    )
    inner = wire.read_object(published)
    assert isinstance(inner, types.PQInnerData)
    assert (inner.p, inner.q) == (b"\x49\x4c\x55\x3b", b"\x53\x91\x10\x73")
    assert inner.new_nonce == _signed(NEW_NONCE)
    assert is_prime(0x494C553B)
    assert is_prime(0x53911073)
    assert not is_prime(0x17ED48941A08F981)


def test_the_temporary_keys_are_those_of_the_sample() -> None:
    key, iv = nonce_keys(SERVER_NONCE, NEW_NONCE)
    assert key.hex() == "f011280887c7bb01df0fc4e17830e0b91fbb8be4b2267cb985ae25f33b527253"
    assert iv.hex() == "3212d579ee35452ed23e0d0c92841aa7d31b2e9bdef2151e80d15860311c85db"


def test_the_encrypted_answer_of_the_sample_opens_to_what_was_published() -> None:
    key, iv = nonce_keys(SERVER_NONCE, NEW_NONCE)
    answer = decrypt_ige(ENCRYPTED_ANSWER, key, iv)
    assert answer[:20] == sha1(answer[20:584], usedforsecurity=False).digest()
    inner = wire.read_object(answer[20:])
    assert isinstance(inner, types.ServerDHInnerData)
    assert (inner.nonce, inner.server_nonce) == (_signed(NONCE), _signed(SERVER_NONCE))
    assert int.from_bytes(inner.dh_prime, "big") == DH_PRIME
    assert bytes(inner) == answer[20:584]
    assert encrypt_ige(answer, key, iv) == ENCRYPTED_ANSWER


def test_the_fingerprint_of_telegrams_own_key_is_the_published_one() -> None:
    modulus = int(
        "C150023E2F70DB7985DED064759CFECF0AF328E69A41DAF4D6F01B538135A6F91F8F8B2A0EC9BA9720CE352EFCF6C568"
        "0FFC424BD634864902DE0B4BD6D49F4E580230E3AE97D95C8B19442B3C0A10D8F5633FECEDD6926A7F6DAB0DDB7D457F"
        "9EA81B8465FCD6FFFEED114011DF91C059CAEDAF97625F6C96ECC74725556934EF781D866B34F011FCE4D835A090196E"
        "9A5F0E4449AF7EB697DDB9076494CA5F81104A305B6DD27665722C46B60E5DF680FB16B210607EF217652E60236C255F"
        "6A28315F4083A96791D7214BF64C1DF4FD0DB1944FB26A2A57031B32EEE64AD15A8BA68885CDE74A5BFC920F6ABF59BA"
        "5C75506373E7130F9042DA922179251F",
        16,
    )
    assert fingerprint(modulus, 0x10001) == _signed(FINGERPRINT)


def test_the_key_id_is_the_end_of_the_keys_sha1() -> None:
    # The authorization key the sample ends with; its id is what later messages begin with.
    auth_key = bytes.fromhex(
        "AB96E207C631300986F30EF97DF55E179E63C112675F0CE502EE76D74BBEE6CBD1E95772818881E9F2FF54BD52C25878"
        "7474F6A7BEA61EABE49D1D01D55F64FC07BC31685716EC8FB46FEACF9502E42CFD6B9F45A08E90AA5C2B5933AC767CBE"
        "1CD50D8E64F89727CA4A1A5D32C0DB80A9FCDBDDD4F8D5A1E774198F1A4299F927C484FEEC395F29647E43C3243986F9"
        "3609E23538C21871DF50E00070B3B6A8FA9BC15628E8B43FF977409A61CEEC5A21CF7DFB5A4CC28F5257BC30CD8F2FB9"
        "2FBF21E28924065F50E0BBD5E11A420300E2C136B80E9826C6C5609B5371B7850AA628323B6422F3A94F6DFDE4C3DC1E"
        "A60F7E11EE63122B3F39CBD1A8430157"
    )
    digest = sha1(auth_key, usedforsecurity=False).digest()
    assert auth_key_id(auth_key).to_bytes(8, "little") == digest[12:]
    # dh_gen_ok of the sample: new_nonce_hash1 from new_nonce, 1 and the key's auxiliary hash
    check = sha1(NEW_NONCE + b"\x01" + digest[:8], usedforsecurity=False).digest()[4:]
    assert check.hex() == "ccebc0217266e1edec7fb0a0eed6c220"


def test_service_messages_have_the_published_constructors() -> None:
    # https://core.telegram.org/mtproto/service_messages and .../service_messages_about_messages
    assert (
        wire.message(1, 2, b"abcd") == bytes.fromhex("01000000000000000200000004000000") + b"abcd"
    )
    assert wire.container([b"one", b"two"]) == bytes.fromhex("dcf8f17302000000") + b"onetwo"
    assert wire.failure(1, 420, "FLOOD_WAIT_3") == bytes.fromhex(
        "016d5cf3010000000000000019ca4421a40100000c"
    ) + b"FLOOD_WAIT_3" + bytes(3)
    assert wire.result(1, True) == bytes.fromhex("016d5cf30100000000000000b5757299")
    assert wire.encode([types.PeerUser(1)])[:8] == bytes.fromhex("15c4b51c01000000")
    assert bytes(types.Pong(1, 2)) == bytes.fromhex("c573773401000000000000000200000000000000")
    assert bytes(types.BadServerSalt(1, 2, 48, 3)) == bytes.fromhex(
        "7b44abed010000000000000002000000300000000300000000000000"
    )
    assert bytes(types.NewSessionCreated(1, 2, 3)) == bytes.fromhex(
        "0809c29e010000000000000002000000000000000300000000000000"
    )
