using System.Text.Json;

namespace Sidecar.Proxy.Configuration;

/// <summary>
/// Tells empty sections from null: <c>"Affinity": {}</c> asks for affinity with its defaults, <c>"Access": null</c> is what a template leaves behind
/// when it has no value. .NET's own reader makes the same of both.
/// </summary>
internal static class EmptySections
{
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Finds them.</summary>
    /// <param name="content">JSON that .NET's reader has accepted.</param>
    /// <returns>Their keys, with an empty value for <c>{}</c> and <c>[]</c>, and null for null.</returns>
    public static IReadOnlyDictionary<string, string?> Of(ReadOnlyMemory<byte> content)
    {
        // A byte order mark is no JSON to this one.
        using var document = JsonDocument.Parse(content.Span.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? content[3..] : content, Json);
        var found = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Collect(document.RootElement, null, found);
        return found;
    }

    private static void Collect(JsonElement element, string? path, Dictionary<string, string?> found)
    {
        if (path is not null && IsNothing(element))
        {
            found[path] = element.ValueKind == JsonValueKind.Null ? null : "";
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
                Collect(property.Value, Join(path, property.Name), found);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in element.EnumerateArray().Index())
                Collect(item, Join(path, index.ToString(System.Globalization.CultureInfo.InvariantCulture)), found);
        }
    }

    private static bool IsNothing(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Object => element.GetPropertyCount() == 0,
        JsonValueKind.Array => element.GetArrayLength() == 0,
        _ => false,
    };

    private static string Join(string? path, string name) => path is null ? name : $"{path}:{name}";
}
