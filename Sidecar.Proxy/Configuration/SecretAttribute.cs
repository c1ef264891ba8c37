namespace Sidecar.Proxy.Configuration;

/// <summary>Marks a value that nobody is shown; of headers, the values of those that are not known to be harmless.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute
{
    /// <summary>What is shown in its place.</summary>
    internal const string Mask = "********";
}
