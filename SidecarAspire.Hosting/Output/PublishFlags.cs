using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace SidecarAspire.Hosting.Output;

/// <summary>What the command line says about overwriting.</summary>
/// <param name="Force">Files edited by hand are overwritten.</param>
/// <param name="DryRun">Files are printed instead of written.</param>
internal sealed record PublishFlags(bool Force, bool DryRun)
{
    /// <summary>Reads <c>--force</c> and <c>--dry-run</c>.</summary>
    /// <exception cref="DistributedApplicationException">A flag has a value that is neither true nor false.</exception>
    public static PublishFlags From(IConfiguration configuration) => new(Read(configuration, "force"), Read(configuration, "dry-run"));

    private static bool Read(IConfiguration configuration, string name) => configuration[name] switch
    {
        // .NET's own provider leaves out an option at the end of the line that has no value.
        null => Environment.GetCommandLineArgs() is [_, .., var last] && last == $"--{name}",
        var value when bool.TryParse(value, out var flag) => flag,
        var value => throw new DistributedApplicationException($"--{name} is '{value}'; write --{name}=true, or put --{name} at the end."),
    };
}
