using System.Text.Json;

namespace SidecarAspire.Cli.Tests;

/// <summary>The Aspire CLI in the repository's folder, where <c>dotnet tool restore</c> has put it.</summary>
internal static class AspireCli
{
    /// <summary>Runs a command that must succeed; what it prints.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var run = await TryAsync(arguments);
        run.ExitCode.ShouldBe(0, $"aspire {string.Join(' ', arguments)}{Environment.NewLine}{run.Output}{run.Error}");
        return run.Output + run.Error;
    }

    /// <summary>Runs a command that must succeed and prints JSON.</summary>
    public static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        string[] asJson = [.. arguments, "--format", "Json"];
        var run = await TryAsync(asJson);
        run.ExitCode.ShouldBe(0, $"aspire {string.Join(' ', asJson)}{Environment.NewLine}{run.Output}{run.Error}");
        return JsonSerializer.Deserialize<JsonElement>(run.Output);
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<CommandRun> TryAsync(params string[] arguments) =>
        CommandRun.OfAsync(Repository.Root, "dotnet", ["aspire", .. arguments]);

    /// <summary>Repeats a command until what it prints is as expected; fails with what it printed last.</summary>
    public static async Task<string> UntilAsync(Func<string, bool> expected, params string[] arguments)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Topology.Patience);
        while (true)
        {
            var output = await RunAsync(arguments);
            if (expected(output))
            {
                return output;
            }

            patience.IsCancellationRequested.ShouldBeFalse($"aspire {string.Join(' ', arguments)}{Environment.NewLine}{output}");
        }
    }
}
