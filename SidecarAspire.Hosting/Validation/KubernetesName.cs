using System.Text.RegularExpressions;

namespace SidecarAspire.Hosting.Validation;

/// <summary>The names that Kubernetes accepts.</summary>
internal static partial class KubernetesName
{
    private const int LabelLength = 63;
    private const int SubdomainLength = 253;

    /// <summary>A Service's name, RFC 1035: it becomes a host name.</summary>
    public const string ServiceRule = "at most 63 lower-case letters, digits and hyphens, a letter first and no hyphen last";

    /// <summary>A namespace's name, RFC 1123.</summary>
    public const string LabelRule = "at most 63 lower-case letters, digits and hyphens, no hyphen first or last";

    /// <summary>Most other names, RFC 1123.</summary>
    public const string SubdomainRule = "at most 253 lower-case letters, digits, hyphens and dots, a letter or digit first and last";

    public static bool IsService(string name) => name.Length <= LabelLength && Service().IsMatch(name);

    public static bool IsLabel(string name) => name.Length <= LabelLength && Label().IsMatch(name);

    public static bool IsSubdomain(string name) => name.Length <= SubdomainLength && Subdomain().IsMatch(name);

    /// <summary>A host name whose first part may be a star.</summary>
    public static bool IsHost(string name) => IsSubdomain(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name);

    public static bool IsLabelKey(string key) => key.Split('/') switch
    {
        [var name] => IsLabelValue(name) && name.Length > 0,
        [var prefix, var name] => IsSubdomain(prefix) && IsLabelValue(name) && name.Length > 0,
        _ => false,
    };

    public static bool IsLabelValue(string value) => value.Length <= LabelLength && LabelValue().IsMatch(value);

    public static bool IsVariable(string name) => Variable().IsMatch(name);

    public static bool IsImage(string name) => Image().IsMatch(name);

    public static bool IsVersion(string version) => Version().IsMatch(version);

    [GeneratedRegex(@"\A[a-z]([a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex Service();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?\z")]
    private static partial Regex LabelValue();

    [GeneratedRegex(@"\A[A-Za-z._-][A-Za-z0-9._-]*\z")]
    private static partial Regex Variable();

    // [registry[:port]/]path[:tag][@algorithm:digest], the grammar of container images' references.
    [GeneratedRegex(@"\A([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[a-z0-9]+:[a-f0-9]{32,})?\z")]
    private static partial Regex Image();

    [GeneratedRegex(@"\A(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?\z")]
    private static partial Regex Version();
}
