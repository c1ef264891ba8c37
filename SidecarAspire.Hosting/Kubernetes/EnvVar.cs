using System.Text.Json.Serialization;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>A variable of a container: text, or a reference to what holds it.</summary>
internal sealed record EnvVar(string Name, string? Value = null, EnvVar.Source? ValueFrom = null)
{
    /// <summary>Whether others can refer to it as <c>$(NAME)</c>; it has to come before them.</summary>
    [JsonIgnore]
    public bool IsReference => ValueFrom is not null;

    public static EnvVar OfSecret(string name, string secret, string key) => new(name, ValueFrom: new(SecretKeyRef: new(secret, key)));

    public static EnvVar OfField(string name, string path) => new(name, ValueFrom: new(FieldRef: new(path)));

    internal sealed record Source(SecretKey? SecretKeyRef = null, Field? FieldRef = null);

    internal sealed record SecretKey(string Name, string Key);

    internal sealed record Field(string FieldPath);
}
