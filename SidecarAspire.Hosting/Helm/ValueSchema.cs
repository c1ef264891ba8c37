using System.Text.Json.Nodes;

namespace SidecarAspire.Hosting.Helm;

/// <summary>What values may be, in JSON Schema.</summary>
internal static class ValueSchema
{
    public static JsonObject Text(string description) => Of("string", description, ("minLength", 1));

    public static JsonObject Choice<TEnum>(string description) where TEnum : struct, Enum => OneOf(description, Enum.GetNames<TEnum>());

    public static JsonObject OneOf(string description, params string[] names) => Of("string", description, ("enum", new JsonArray([.. names.Select(name => JsonValue.Create(name))])));

    public static JsonObject Number(string description, int least = 1, int? most = null) =>
        most is { } limit ? Of("integer", description, ("minimum", least), ("maximum", limit)) : Of("integer", description, ("minimum", least));

    public static JsonObject Flag(string description) => Of("boolean", description);

    public static JsonObject Map(string description) => Of("object", description);

    public static JsonObject Texts(string description) => Of("object", description, ("additionalProperties", new JsonObject { ["type"] = "string" }));

    public static JsonObject Variables(string description) => Of("array", description, ("items", new JsonObject
    {
        ["type"] = "object",
        ["required"] = new JsonArray("name"),
        ["properties"] = new JsonObject { ["name"] = new JsonObject { ["type"] = "string" }, ["value"] = new JsonObject { ["type"] = "string" } },
    }));

    /// <summary>The schema of all values: no others may be set, so that a misspelt one is noticed.</summary>
    public static JsonObject Of(IEnumerable<(string Path, JsonObject Schema)> values)
    {
        var root = Group();
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        // What a chart that has this one as a part passes on.
        Properties(root)["global"] = new JsonObject { ["type"] = "object" };
        foreach (var (path, schema) in values)
        {
            var names = path.Split('.');
            var group = root;
            foreach (var name in names[..^1])
            {
                group = (JsonObject)(Properties(group)[name] ??= Group());
            }

            Properties(group)[names[^1]] = schema;
        }

        return root;
    }

    private static JsonObject Properties(JsonObject group) => group["properties"]!.AsObject();

    private static JsonObject Group() => new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = new JsonObject() };

    private static JsonObject Of(string type, string description, params (string Name, JsonNode Value)[] rules)
    {
        var schema = new JsonObject { ["type"] = type, ["description"] = description };
        foreach (var (name, value) in rules)
        {
            schema[name] = value;
        }

        return schema;
    }
}
