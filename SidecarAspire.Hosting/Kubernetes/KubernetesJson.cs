using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>Objects as trees, with the names that Kubernetes gives their fields.</summary>
internal static class KubernetesJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public static JsonObject ToTree(object value) => JsonSerializer.SerializeToNode(value, value.GetType(), s_options)!.AsObject();
}
