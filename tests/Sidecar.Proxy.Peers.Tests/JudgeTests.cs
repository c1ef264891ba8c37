using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Security.Access;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Peers.Tests;

/// <summary>Applications as others wrote them judge what a spelling of a path reaches: none that reaches what a rule protects gets past the rule.</summary>
public sealed class JudgeTests
{
    private const string Protected = "protected";

    private static readonly string[] Names = ["admin/x", "admin", "secret"];

    [Fact]
    public async Task Tomcat()
    {
        Tool.Require("tomcat");
        var (server, url) = await Peers.Tests.Tomcat.ServeAsync(("admin/index.html", Protected), ("admin/x", Protected), ("secret", Protected), ("index.html", "open"));
        using var _ = server;

        // Tomcat takes parameters and empty segments out of a path.
        await JudgeAsync(url, "/;x=1/secret", "//admin/x", "/admin;x=1/x", "/%61dmin/x");
    }

    [Fact]
    public async Task Express()
    {
        var (server, url) = await PeerProcess.ServeAsync("express-server.js");
        using var _ = server;

        // Express disregards case, and a slash at the end.
        await JudgeAsync(url, "/SECRET", "/secret/", "/Admin/x");
    }

    [Fact]
    public async Task AspNetCore()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.MapGet("/", () => "open");
        app.MapGet("/secret", () => Protected);
        app.MapGet("/admin/{**rest}", () => Protected);
        await app.StartAsync(Patience.Token());

        // ASP.NET Core decodes once, and disregards case, and a slash at the end.
        await JudgeAsync(app.Urls.Single(), "/SECRET", "/secret/", "/%73ecret", "/ADMIN/x");
    }

    /// <summary>Sends every spelling to an application, alone and behind a sidecar.</summary>
    /// <param name="url">The application.</param>
    /// <param name="known">Spellings that are known to reach it, so that it is known to judge.</param>
    private static async Task JudgeAsync(string url, params string[] known)
    {
        await using var sidecar = await RunningSidecar.StartAsync(
            url,
            "Sidecar:Security:Access:Anonymous=true",
            "Sidecar:Routes:0:Name=admin", "Sidecar:Routes:0:Match:PathPrefix=/admin", "Sidecar:Routes:0:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:1:Name=secret", "Sidecar:Routes:1:Match:Path=/secret", "Sidecar:Routes:1:Access:Allow:0:Addresses=10.0.0.1");
        var port = new Uri(url).Port;
        string[] spellings = [.. known, .. Names.SelectMany(Spellings.Alone)];
        var reached = new List<string>();
        foreach (var path in spellings.Distinct())
        {
            if (await ReachesAsync(port, path))
                reached.Add(path);
        }

        reached.ShouldBeSubsetOf(spellings);
        known.ShouldBeSubsetOf(reached);
        var passed = new List<string>();
        // Two oddities at once as well: what the sidecar refuses costs the application nothing.
        foreach (var path in spellings.Concat(Names.SelectMany(Spellings.Of)).Distinct())
        {
            if (await ReachesAsync(sidecar.Port, path))
                passed.Add(path);
        }

        passed.ShouldBeEmpty();
        (await ReachesAsync(sidecar.Port, "/", "open")).ShouldBeTrue();
    }

    private static async Task<bool> ReachesAsync(int port, string path, string text = Protected)
    {
        using var client = await RawConnection.OpenAsync(port);
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n");
        return (await client.ReadToEndAsync()).Contains(text, StringComparison.Ordinal);
    }
}
