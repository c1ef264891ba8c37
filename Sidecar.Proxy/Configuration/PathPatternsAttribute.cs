namespace Sidecar.Proxy.Configuration;

/// <summary>Allows paths in which at least one segment is in braces.</summary>
public sealed class PathPatternsAttribute()
    : TextCheckAttribute("paths with the secret segment in braces, such as /reset/{{token}}, comma-separated", static path => path.StartsWith('/') && path.Split('/').Any(segment => segment is ['{', _, .., '}']));
