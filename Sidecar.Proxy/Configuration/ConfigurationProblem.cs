namespace Sidecar.Proxy.Configuration;

/// <summary>One thing wrong with the configuration, in the operator's words.</summary>
/// <param name="Key">The key as the operator wrote it: <c>PORT</c>, or <c>Sidecar:Listener:Port</c>.</param>
/// <param name="Value">The value found.</param>
/// <param name="Allowed">What would have been allowed.</param>
public record ConfigurationProblem(string Key, string Value, string Allowed)
{
    /// <summary>The one line that is printed.</summary>
    /// <returns>Key, value and what is allowed.</returns>
    public override string ToString() => $"{Key}: '{OneLine(Value)}' is not allowed; it must be {Allowed}";

    private static string OneLine(string value) => value.ReplaceLineEndings(" ");
}
