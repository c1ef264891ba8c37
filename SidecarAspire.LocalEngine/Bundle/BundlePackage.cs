using System.Runtime.InteropServices;

namespace Aspire.Hosting.Bundle;

/// <summary>The npm package of the Aspire CLI for one platform, pinned.</summary>
/// <param name="Name">The package.</param>
/// <param name="Integrity">The sha512 of its tarball, as npm writes it.</param>
internal sealed record BundlePackage(string Name, string Integrity)
{
    /// <summary>The Aspire version the engine is written for: DCP's API is Aspire's own business and changes with it.</summary>
    public const string Version = "13.5.4";

    private static readonly BundlePackage LinuxX64 = new(
        "@microsoft/aspire-cli-linux-x64",
        "sha512-8PWeRHM1+QwQB2wxDnfPsimi3EW01r04b4DjX0jIDE78SlfJabwVfYArW/48vDzYvPzKSRye6DIPVAsCFoXjBA==");

    /// <summary>What npm calls this very package.</summary>
    public string Specifier => $"{Name}@{Version}";

    /// <summary>The package for this machine; null where no tarball has been pinned.</summary>
    public static BundlePackage? ForThisMachine() =>
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 && !IsMusl() ? LinuxX64 : null;

    private static bool IsMusl() =>
        RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ||
        RuntimeInformation.RuntimeIdentifier.StartsWith("alpine", StringComparison.Ordinal);
}
