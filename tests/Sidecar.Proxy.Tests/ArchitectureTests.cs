using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Sidecar.Proxy.Requests;

namespace Sidecar.Proxy.Tests;

/// <summary>The house that docs/architecture.md describes: a folder is a floor, and a floor stands on those below it.</summary>
public sealed class ArchitectureTests
{
    private const string Root = "Sidecar.Proxy.";

    // From the roof down.
    private static readonly string[] Floors =
    [
        "Admin", "Security", "Resilience", "Traffic", "Lifecycle",
        "Upstream", "Server", "Tls", "Observability",
        "Requests", "Configuration",
        "Transport", "Http1",
    ];

    private static readonly IType[] Types = [.. new ArchLoader().LoadAssembly(typeof(RequestRecord).Assembly).Build().Types.Where(type => FloorOf(type) is not null)];

    [Fact]
    public void A_folder_uses_nothing_of_the_folders_above_it() =>
        Types.SelectMany(type => type.Dependencies, (type, dependency) => (From: type, To: dependency.Target))
            .Where(use => FloorOf(use.To) is { } floor && Array.IndexOf(Floors, floor) < Array.IndexOf(Floors, FloorOf(use.From)))
            .Select(use => $"{use.From.FullName} uses {use.To.FullName}")
            .Distinct()
            .ShouldBeEmpty();

    [Fact]
    public void Every_folder_is_a_floor_of_the_house() => Types.Select(FloorOf).Distinct().ShouldBe(Floors, ignoreOrder: true);

    private static string? FloorOf(IType type) =>
        type.FullName.StartsWith(Root, StringComparison.Ordinal) && type.Namespace.FullName.Length > Root.Length ? type.Namespace.FullName[Root.Length..].Split('.')[0] : null;
}
