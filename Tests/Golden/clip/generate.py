"""Writes the golden values of image–text networks and tokenizers. README.md says what they are.

Usage: generate.py CLASS-NAMES.json   (a JSON object of ImageNet's class names by number)

Needs torch, transformers, open_clip_torch, sentencepiece and a vocabulary of CLIP, which open_clip_torch brings along.
"""
import hashlib
import json
import math
import pathlib
import sys
import zlib

import numpy as np
import torch

_register_fake = torch.library.register_fake
torch.library.register_fake = lambda op, *a, **k: (lambda f: f) \
    if isinstance(op, str) and op.startswith("torchvision::") else _register_fake(op, *a, **k)
import open_clip  # noqa: E402
import transformers  # noqa: E402
from open_clip.model import CLIP, CustomTextCLIP, build_model_from_openai_state_dict  # noqa: E402

FOLDER = pathlib.Path(__file__).parent


def units(name, count):
    """Numbers in [-1, 1) for the elements of a name, as the tests have them."""
    seed = np.uint32(zlib.crc32(name.encode()))
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + seed
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float32) * np.float32(2.0 ** -23) - np.float32(1)


def weight(name, shape):
    """A tensor from its name: factors around 1, biases around 0, matrices that keep lengths."""
    values = units(name, math.prod(shape))
    if name.endswith("running_var"):
        offset, scale = 1, 0.5
    elif len(shape) >= 2:
        offset, scale = 0, math.sqrt(3 * shape[0] / math.prod(shape))
    elif name.endswith("weight"):
        offset, scale = 1, 0.25
    else:
        offset, scale = 0, 0.25
    return torch.from_numpy(np.float32(offset) + np.float32(scale) * values).reshape(shape)


def floats(model):
    return {n: t for n, t in model.state_dict().items() if t.is_floating_point()}


def fill(model):
    state = model.state_dict()
    for name, tensor in floats(model).items():
        state[name] = weight(name, list(tensor.shape))
    model.load_state_dict(state)
    return model.eval()


def rows(tensor):
    return [[float(f"{float(v):.9g}") for v in row] for row in tensor.detach()]


def images(size):
    return torch.from_numpy(2 * units("input", 2 * 3 * size * size)).reshape(2, 3, size, size)


def listing(tensors):
    # Programs differ in dimensions of length 1.
    lines = sorted(f"{n} {','.join(str(d) for d in t.shape if d != 1)}\n" for n, t in tensors.items())
    return {"tensors": len(lines), "numbers": sum(t.numel() for t in tensors.values()),
            "digest": hashlib.sha256("".join(lines).encode()).hexdigest()}


def entry(name, layout, config, model, size, texts, image, text, padded=False):
    return {"name": name, "layout": layout, "config": config,
            "tensors": [[n, list(t.shape)] for n, t in floats(model).items()],
            "size": size, "texts": texts, "image": rows(image), "text": rows(text),
            "padded": padded}


@torch.no_grad()
def tiny():
    entries = []
    texts = [[62, 5, 9, 63], [62, 1, 2, 3, 4, 5, 63], [62, 63]]

    def padded(length, pad):
        return torch.tensor([t + [pad] * (length - len(t)) for t in texts])

    for activation in ["quick_gelu", "gelu"]:
        config = transformers.CLIPConfig(
            projection_dim=12,
            text_config=dict(vocab_size=64, hidden_size=16, intermediate_size=40, num_hidden_layers=2,
                             num_attention_heads=2, max_position_embeddings=9, hidden_act=activation,
                             bos_token_id=62, eos_token_id=63),
            vision_config=dict(hidden_size=24, intermediate_size=52, num_hidden_layers=2,
                               num_attention_heads=3, image_size=16, patch_size=8,
                               hidden_act=activation))
        model = fill(transformers.CLIPModel(config))
        entries.append(entry(
            f"clip {activation}", "transformers", json.loads(config.to_json_string()), model, 16, texts,
            model.get_image_features(images(16)), model.get_text_features(padded(9, 63))))
    config = transformers.SiglipConfig(
        text_config=dict(vocab_size=64, hidden_size=24, intermediate_size=52, num_hidden_layers=2,
                         num_attention_heads=2, max_position_embeddings=8),
        vision_config=dict(hidden_size=24, intermediate_size=52, num_hidden_layers=2,
                           num_attention_heads=3, image_size=16, patch_size=8))
    model = fill(transformers.SiglipModel(config))
    texts_siglip = [[5, 9, 1], [7, 8, 9, 10, 1]]
    ids = torch.tensor([t + [1] * (8 - len(t)) for t in texts_siglip])
    entries.append(entry(
        "siglip", "transformers", json.loads(config.to_json_string()), model, 16, texts_siglip,
        model.get_image_features(images(16)), model.get_text_features(ids), padded=True))

    text_cfg = dict(context_length=9, vocab_size=64, width=16, heads=2, layers=2)
    for name, quick, vision in [
            ("open_clip", False, dict(image_size=16, layers=2, width=24, head_width=8, patch_size=8)),
            ("open_clip quick", True, dict(image_size=16, layers=1, width=24, head_width=8, patch_size=8,
                                           mlp_ratio=2.5)),
            ("open_clip resnet", True, dict(image_size=64, layers=[1, 2, 1, 1], width=8, head_width=16,
                                            patch_size=None))]:
        model = fill(CLIP(10, vision, text_cfg, quick_gelu=quick))
        size = vision["image_size"]
        config = {"model_cfg": {"embed_dim": 10, "quick_gelu": quick, "vision_cfg": vision,
                                "text_cfg": text_cfg},
                  "preprocess_cfg": {"mean": [0.5, 0.4, 0.3], "std": [0.25, 0.26, 0.27]}}
        entries.append(entry(name, "open_clip", config, model, size, texts,
                             model.encode_image(images(size)), model.encode_text(padded(9, 0))))

    vision = dict(image_size=16, layers=1, width=64, head_width=64, patch_size=8)
    model = CLIP(10, vision, dict(text_cfg, width=64, heads=1), quick_gelu=True)
    fill(model)
    entries.append(entry("openai", "openai", {}, model, 16, texts,
                         model.encode_image(images(16)), model.encode_text(padded(9, 0))))

    # What OpenAI published are TorchScript programs with half-precision weights and three numbers beside them.
    vision = dict(image_size=16, layers=1, width=8, head_width=8, patch_size=8)
    model = fill(CLIP(6, vision, dict(context_length=9, vocab_size=64, width=8, heads=1, layers=1),
                      quick_gelu=True))
    for number in ["input_resolution", "context_length", "vocab_size"]:
        model.__dict__.pop(number, None)
        model.register_buffer(number, torch.tensor(7))
    for parameter in model.parameters():
        parameter.data = parameter.data.half().float()
    image, text = model.encode_image(images(16)), model.encode_text(padded(9, 0))
    program = torch.jit.trace(model, (images(16), padded(9, 0)), check_trace=False)
    program.half()
    torch.jit.save(program, str(FOLDER / "program.pt"))
    entries.append(entry("openai program", "program", {}, model, 16, texts, image, text))
    return entries


def full():
    """Names, shapes and counts of the published networks, from their configurations alone."""
    entries = []
    with torch.device("meta"):
        for name in ["ViT-B-32", "ViT-B-16", "ViT-L-14", "ViT-L-14-336", "ViT-H-14", "ViT-bigG-14", "RN50",
                     "RN101", "RN50x4", "RN50x16", "RN50x64", "ViT-B-16-SigLIP", "ViT-SO400M-14-SigLIP-384"]:
            config = dict(open_clip.get_model_config(name))
            custom = config.get("custom_text", False)
            make = CustomTextCLIP if custom else CLIP
            arguments = {k: v for k, v in config.items() if k != "custom_text"}
            model = make(**arguments)
            entries.append({"name": name, "layout": "open_clip", "config": {"model_cfg": config},
                            **listing(floats(model)),
                            "parameters": sum(p.numel() for p in model.parameters())})
        clip = {
            "openai/clip-vit-base-patch32": {},
            "openai/clip-vit-base-patch16": {"vision_config": {"patch_size": 16}},
            "openai/clip-vit-large-patch14-336": {
                "projection_dim": 768,
                "text_config": {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12,
                                "projection_dim": 768},
                "vision_config": {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24,
                                  "num_attention_heads": 16, "image_size": 336, "patch_size": 14,
                                  "projection_dim": 768}}}
        for name, config in clip.items():
            config = dict(config, model_type="clip")
            model = transformers.CLIPModel(transformers.CLIPConfig(
                **{k: v for k, v in config.items() if k != "model_type"}))
            entries.append({"name": name, "layout": "transformers", "config": config, **listing(floats(model)),
                            "parameters": sum(p.numel() for p in model.parameters())})
        so400m = dict(hidden_size=1152, intermediate_size=4304, num_hidden_layers=27, num_attention_heads=16)
        siglip = {"google/siglip-base-patch16-224": {},
                  "google/siglip-so400m-patch14-384": {
                      "text_config": so400m,
                      "vision_config": dict(so400m, image_size=384, patch_size=14)}}
        for name, config in siglip.items():
            config = dict(config, model_type="siglip")
            model = transformers.SiglipModel(transformers.SiglipConfig(
                **{k: v for k, v in config.items() if k != "model_type"}))
            entries.append({"name": name, "layout": "transformers", "config": config, **listing(floats(model)),
                            "parameters": sum(p.numel() for p in model.parameters())})
    return entries


ODD = [
    "", " ", "a", "it's the cat's, we'll they've I'm you're he'd don't", "A Photo of a  Crane\n\t(bird)!",
    "3.14 is pi, 2nd of 100", "Café crème brûlée", "naïve façade — “quotes” ‘single’ …", "ﬁne ﬂuﬀ", "ＦＵＬＬ ｗｉｄｔｈ",
    "日本語 テスト", "Привет мир", "emoji 😀👍🏽 ok", "&lt;b&gt; &amp;amp; &#39;x&#39; &quot;", "under_score-and/slash\\back",
    "'sup 's 'S 'RE", "###!!!???", "a\u0301 decomposed", "½ Ⅷ ²", "supercalifragilisticexpialidocious",
    "hello\u00a0world\u3000wide", "tab\u0007bell", "x" * 60, "ÀÉÎÕÜ ß İ", "1,000,000", "...", "C++ & C#",
    "ŉ ĳ ǆ", "नमस्ते", "مرحبا", "a'b'c", "-" * 20,
]


def tokens(names):
    from open_clip.tokenizer import SimpleTokenizer
    tokenizer = SimpleTokenizer()
    prompts = [f"A photo of a {n}" for n in names] + ODD
    result = []
    for prompt in prompts:
        ids = [tokenizer.sot_token_id] + tokenizer.encode(prompt) + [tokenizer.eot_token_id]
        result.append([prompt, ids])
    return result


def sentencepiece_tokens(names):
    import sentencepiece
    from transformers import SiglipTokenizer
    corpus = FOLDER / "corpus.tmp"
    corpus.write_text("".join(f"a photo of a {n}\n" for n in names))
    rules = FOLDER / "rules.tmp"
    rules.write_text("".join(
        " ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n"
        for a, b in [("é", "e"), ("ü", "ue"), ("ﬁ", "fi"), ("…", "..."), ("\u00a0", " "), ("\u00ad", "")]))
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(FOLDER / "spiece"), vocab_size=300, model_type="unigram",
        normalization_rule_tsv=str(rules), pad_id=0, eos_id=1, unk_id=2, bos_id=-1, hard_vocab_limit=False,
        num_threads=1)
    for name in ["corpus.tmp", "rules.tmp", "spiece.vocab"]:
        (FOLDER / name).unlink()
    tokenizer = SiglipTokenizer(str(FOLDER / "spiece.model"), eos_token="</s>", unk_token="<unk>", pad_token="</s>")
    prompts = [f"A photo of a {n}" for n in names[::5]] + [p for p in ODD[2:]] + ["So\u00adft hy\u00adphen"]
    # Copies of the vocabulary without SentencePiece's own fields: what tokenizer.json holds.
    model = sentencepiece.SentencePieceProcessor(model_file=str(FOLDER / "spiece.model"))
    return {"count": model.get_piece_size(),
            "prompts": [[p, tokenizer(p)["input_ids"]] for p in prompts]}


def main():
    torch.manual_seed(0)
    names = [v.split(", ")[0] for _, v in sorted(json.load(open(sys.argv[1])).items(), key=lambda i: int(i[0]))]
    def write(name, value):
        (FOLDER / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
    write("tiny.json", tiny())
    write("full.json", full())
    write("tokens.json", tokens(names))
    write("unigram.json", sentencepiece_tokens(names))


main()
