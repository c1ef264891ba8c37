using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic;

/// <summary>A sidecar with routes, and apps that say who they are.</summary>
internal static class Routes
{
    /// <summary>An app that answers with its name.</summary>
    public static ScriptedApp Named(string name) => ScriptedApp.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {name.Length}\r\n\r\n{name}");

    /// <summary>A sidecar with one route to the cluster <c>other</c>.</summary>
    /// <param name="app">What all other requests go to.</param>
    /// <param name="other">What the route leads to.</param>
    /// <param name="route">What else there is to the route, as <c>Match:Path=/x</c>.</param>
    public static Task<RunningSidecar> ToAsync(ScriptedApp app, ScriptedApp other, params string[] route) =>
        OfAsync(app, [$"Sidecar:Clusters:other:Targets={other.Url}", "Sidecar:Routes:0:Cluster=other"], route);

    /// <summary>A sidecar with one route.</summary>
    /// <param name="app">The app behind it.</param>
    /// <param name="route">The route, as <c>Match:Path=/x</c>.</param>
    public static Task<RunningSidecar> OfAsync(ScriptedApp app, params string[] route) => OfAsync(app, [], route);

    private static Task<RunningSidecar> OfAsync(ScriptedApp app, string[] settings, string[] route) =>
        RunningSidecar.StartAsync(app.Url, ["Sidecar:Routes:0:Name=one", .. settings, .. route.Select(setting => $"Sidecar:Routes:0:{setting}")]);

    /// <summary>The head that the app receives when the client sends one.</summary>
    public static async Task<string> HeadAsync(RunningSidecar sidecar, ScriptedApp app, string target, params string[] headers)
    {
        var exchange = sidecar.GetAsync(target, headers);
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync(Answers.Ok);
        await exchange;
        return head;
    }
}
