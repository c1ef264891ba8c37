using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.Hosting;

/// <summary>
/// The sidecar's configuration as app host code writes it. It reaches the sidecar as variables, <c>Sidecar__Upstream__ConnectTimeout</c>;
/// the Kubernetes publisher puts it into the ConfigMap instead, which can change without a restart.
/// </summary>
internal sealed class SidecarConfigurationAnnotation : EnvironmentCallbackAnnotation
{
    public SidecarConfigurationAnnotation()
        : this([])
    {
    }

    private SidecarConfigurationAnnotation(JsonObject section)
        : base(context => Add(context.EnvironmentVariables, "Sidecar", section)) => Section = section;

    /// <summary>What is under <c>Sidecar</c>.</summary>
    public JsonObject Section { get; }

    private static void Add(Dictionary<string, object> variables, string name, JsonNode? node)
    {
        switch (node)
        {
            // "Affinity": {} asks for affinity with its defaults, and so does an empty variable.
            case JsonObject { Count: 0 } or JsonArray { Count: 0 }:
                variables[name] = string.Empty;
                break;
            case JsonObject section:
                foreach (var (key, value) in section)
                {
                    Add(variables, $"{name}__{key}", value);
                }

                break;
            case JsonArray list:
                foreach (var (index, value) in list.Index())
                {
                    Add(variables, $"{name}__{index}", value);
                }

                break;
            case JsonValue value:
                variables[name] = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
                break;
        }
    }
}
