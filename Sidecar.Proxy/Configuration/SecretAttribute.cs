namespace Sidecar.Proxy.Configuration;

/// <summary>Marks a value that nobody is shown.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
