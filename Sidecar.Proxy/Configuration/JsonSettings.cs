using System.Text.Json;

namespace Sidecar.Proxy.Configuration;

/// <summary>
/// Reads JSON as settings by key. .NET's own reader makes the same of <c>"Affinity": {}</c>, which asks for affinity with its defaults, and of
/// <c>"Access": null</c>, which is what a template leaves behind when it has no value.
/// </summary>
internal sealed class JsonSettings
{
    // Longer keys, and more of them, than any configuration has: a file of 1 MiB could otherwise make gigabytes of keys.
    private const int MaxKeyLength = 1000;
    private const int MaxKeys = 100_000;

    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a file.</summary>
    /// <returns>Values by key: empty for <c>{}</c> and <c>[]</c>, null for null.</returns>
    /// <exception cref="FormatException">It is no JSON object, or has something twice.</exception>
    public static IDictionary<string, string?> Read(string text)
    {
        var settings = new JsonSettings();
        try
        {
            using var document = JsonDocument.Parse(text, Json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException("it is not an object");
            settings.AddMembers(null, document.RootElement);
            return settings._values;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Also half a surrogate pair, which JSON can write and nobody can read.
            throw new FormatException(exception.Message.ReplaceLineEndings(" "), exception);
        }
    }

    private void AddMembers(string? parent, JsonElement value)
    {
        foreach (var member in value.EnumerateObject())
            Add(Join(parent, member.Name), member.Value);
    }

    private void Add(string key, JsonElement value)
    {
        if (key.Length > MaxKeyLength)
            throw new FormatException($"it has a key of more than {MaxKeyLength} characters, which begins with '{key[..64]}'");
        if (!_known.Add(key))
            throw new FormatException($"it has '{key}' twice");
        if (_known.Count > MaxKeys)
            throw new FormatException($"it has more than {MaxKeys} keys");
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.GetPropertyCount() > 0:
                AddMembers(key, value);
                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                foreach (var (index, item) in value.EnumerateArray().Index())
                    Add(Join(key, index.ToString(CultureInfo.InvariantCulture)), item);
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                _values[key] = "";
                break;
            case JsonValueKind.String:
                _values[key] = value.GetString();
                break;
            default:
                _values[key] = value.ValueKind == JsonValueKind.Null ? null : value.GetRawText();
                break;
        }
    }

    private static string Join(string? parent, string name) => parent is null ? name : $"{parent}:{name}";
}
