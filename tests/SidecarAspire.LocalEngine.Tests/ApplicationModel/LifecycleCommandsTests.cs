using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

public class LifecycleCommandsTests
{
    [Fact]
    public async Task Restart_stops_and_then_starts()
    {
        using var services = new ResourceServices();
        var app = new TestResource("app");
        var calls = new List<string>();
        LifecycleCommands.Add(app, _ => Record("start"), _ => Record("stop"));

        await services.Commands.ExecuteCommandAsync(app, KnownResourceCommands.RestartCommand, TestContext.Current.CancellationToken);

        calls.ShouldBe(["stop", "start"]);

        Task Record(string call)
        {
            calls.Add(call);
            return Task.CompletedTask;
        }
    }
}
