#!/usr/bin/env python3
"""The AWS provider's schema, for the types that the configuration uses, out of its TypeScript binding.

The provider itself comes from Terraform's registry only. Where that cannot be reached, the binding in the
npm package @cdktf/provider-aws, made from the provider's schema, tells the same: names, types, and what
is required, optional or computed. check.sh serves the result to `tofu validate` and `tofu test`.

Usage: schema.py PACKAGE.tgz FILE.tf ... >schema.json
"""
import base64
import json
import re
import sys
import tarfile

FIELD = re.compile(r"// (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n(.*?)(?=\n  // \w+ - computed:|\n  // =====|\Z)", re.S)
SIMPLE = {"String": "string", "Number": "number", "Boolean": "bool", "List": ["list", "string"],
          "NumberList": ["list", "number"], "StringMap": ["map", "string"], "NumberMap": ["map", "number"],
          "BooleanMap": ["map", "bool"], "AnyMap": ["map", "string"]}


def source(archive, folder):
    """The TypeScript of a folder of the package, all its files: it lies in their source maps."""
    texts = []
    for name in sorted(n for n in archive.getnames() if re.fullmatch(r"package/lib/%s/[\w-]+\.js" % folder, n)):
        text = archive.extractfile(name).read().decode()
        encoded = re.search(r"sourceMappingURL=data:application/json;base64,([\w+/=]+)", text)
        if encoded:
            texts += json.loads(base64.b64decode(encoded.group(1)))["sourcesContent"]
    return "\n".join(texts)


def classes(text):
    """Class name -> its text."""
    parts = re.split(r"^export class (\w+) ", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def object_type(block):
    fields = {name: a["type"] for name, a in block["attributes"].items()}
    for name, b in block["block_types"].items():
        fields[name] = [b["nesting_mode"], object_type(b["block"])]
    return ["object", fields]


def block_of(body, known, hcl):
    """The block that a class describes. hcl: attribute -> (is a block, list or set or struct)."""
    block = {"attributes": {}, "block_types": {}}
    for name, computed, optional, required, code in FIELD.findall(body):
        made = re.search(r"new (\w+?)(OutputReference|List|Map)\(this, \"%s\"" % name, code)
        if made:
            inner_name = made.group(1) + "OutputReference"
            inner = block_of(known[inner_name], known, hcl_of(known, made.group(1)))
            nesting = hcl.get(name, "list")
            if optional == "false" and required == "false":   # computed: an attribute
                block["attributes"][name] = {"type": ["list", object_type(inner)], "computed": True}
                continue
            nested = {"nesting_mode": "single" if nesting == "struct" else nesting, "block": inner}
            nested["min_items"] = 1 if required == "true" and nested["nesting_mode"] != "single" else 0
            nested["max_items"] = 1 if made.group(2) == "OutputReference" and nested["nesting_mode"] != "single" else 0
            block["block_types"][name] = nested
            continue
        got = re.search(r"this\.get(\w+?)Attribute\('%s'\)" % name, code)
        kind = SIMPLE[got.group(1)] if got else "string"
        if "tolist(" in code and isinstance(kind, list):
            kind = ["set", kind[1]]
        block["attributes"][name] = {"type": kind, "computed": computed == "true", "optional": optional == "true",
                                     "required": required == "true"}
    return block


def hcl_of(known, struct):
    """How the binding writes the fields of a struct as blocks: list, set or struct."""
    body = known["functions"].get(struct[0].lower() + struct[1:] + "ToHclTerraform", "")
    return dict(re.findall(r"(\w+): \{\s+value: [^\n]+\n\s+isBlock: true,\s+type: \"(\w+)\"", body))


def schema_of(archive, folder):
    text = source(archive, folder)
    known = classes(text)
    parts = re.split(r"^export function (\w+)\(", text, flags=re.M)
    known["functions"] = dict(zip(parts[1::2], parts[2::2]))
    name = [n for n, body in known.items() if n != "functions" and
            re.match(r"extends cdktf\.Terraform(Resource|DataSource|Provider) ", body)]
    body = known[name[0]]
    hcl = dict(re.findall(r"(\w+): \{\s+value: [^\n]+\n\s+isBlock: true,\s+type: \"(\w+)\"", body))
    version = re.search(r"providerVersion: '([\d.]+)'", body).group(1)
    return {"version": 0, "block": block_of(body, known, hcl)}, version


def main():
    used = set()
    for path in sys.argv[2:]:
        with open(path) as file:
            used |= set(re.findall(r'^(resource|data) "aws_(\w+)"', file.read(), flags=re.M))
    out = {"resource_schemas": {}, "data_source_schemas": {}}
    with tarfile.open(sys.argv[1]) as archive:
        for kind, name in sorted(used):
            folder = ("data-aws-" if kind == "data" else "") + name.replace("_", "-")
            schema, version = schema_of(archive, folder)
            out["data_source_schemas" if kind == "data" else "resource_schemas"]["aws_" + name] = schema
        out["provider"] = provider(archive)
    out["version"] = version
    json.dump(out, sys.stdout, indent=1)


def provider(archive):
    """The provider's own settings, which the binding keeps without the comments that FIELD looks for."""
    block = {"attributes": {"region": {"type": "string", "optional": True}}, "block_types": {}}
    block["block_types"]["default_tags"] = {"nesting_mode": "list", "min_items": 0, "max_items": 0, "block": {
        "attributes": {"tags": {"type": ["map", "string"], "optional": True}}, "block_types": {}}}
    assert "default_tags" in source(archive, "provider")
    return {"version": 0, "block": block}


main()
