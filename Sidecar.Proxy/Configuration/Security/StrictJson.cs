using System.Text.Json;
using System.Text.Unicode;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>JSON of which there is one reading only: what parsers take in different ways is rejected (RFC 7515, section 10.12; RFC 8725, section 2.4).</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads an object.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="value">The object, which owns its memory.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParseObject(byte[]? utf8, out JsonElement value)
    {
        value = default;
        if (utf8 is null || !Utf8.IsValid(utf8))
            return false;
        try
        {
            // Not pooled, so nothing has to be given back.
            value = JsonElement.Parse(utf8, Options);
            return value.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A member that must be a string where it is there.</summary>
    /// <param name="parent">The object.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="text">The string, or null when there is no such member.</param>
    /// <returns>Whether it is a string, or missing.</returns>
    public static bool TryGetString(JsonElement parent, string name, out string? text)
    {
        text = null;
        if (!parent.TryGetProperty(name, out var member))
            return true;
        if (member.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            text = member.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return false;
        }
    }
}
