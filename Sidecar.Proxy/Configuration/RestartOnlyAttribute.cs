namespace Sidecar.Proxy.Configuration;

/// <summary>Marks what is used at the start only: a reload leaves it as it is, and says so.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RestartOnlyAttribute : Attribute;
