using System.Text.Json.Serialization;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>What every object of Kubernetes begins with.</summary>
internal abstract record KubernetesObject(
    [property: JsonPropertyOrder(-3)] string ApiVersion,
    [property: JsonPropertyOrder(-2)] string Kind,
    [property: JsonPropertyOrder(-1)] ObjectMeta Metadata);
