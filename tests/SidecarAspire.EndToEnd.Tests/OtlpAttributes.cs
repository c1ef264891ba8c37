using System.Text.Json;

namespace SidecarAspire.EndToEnd.Tests;

/// <summary>OTLP JSON's list of keys and typed values, as a dictionary of texts.</summary>
internal static class OtlpAttributes
{
    public static IReadOnlyDictionary<string, string> Read(JsonElement owner) =>
        owner.TryGetProperty("attributes", out var attributes)
            ? attributes.EnumerateArray().ToDictionary(
                attribute => attribute.GetProperty("key").GetString()!,
                attribute => attribute.GetProperty("value").EnumerateObject().First().Value.ToString())
            : new Dictionary<string, string>();
}
