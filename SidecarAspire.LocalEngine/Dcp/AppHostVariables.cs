namespace Aspire.Hosting.Dcp;

/// <summary>The variables that speak to the app host alone; resources, which inherit the rest, must not see them.</summary>
internal static class AppHostVariables
{
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "ASPNETCORE_ENVIRONMENT", "ASPNETCORE_URLS", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE",
    };

    private static readonly string[] s_prefixes = ["ASPIRE_", "AppHost__", "Parameters__"];

    public static bool Contains(string name) =>
        s_names.Contains(name) || s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
