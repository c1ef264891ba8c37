using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

public sealed class ResourceCommandServiceTests : IDisposable
{
    private readonly ResourceServices _services = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Executes_a_command_with_the_id_of_the_resource()
    {
        string? executedOn = null;
        var app = Resource(context =>
        {
            executedOn = context.ResourceName;
            return Task.FromResult(CommandResults.Success("done"));
        });

        var result = await _services.Commands.ExecuteCommandAsync(app, "reset", _cancellation);

        result.Success.ShouldBeTrue();
        result.Message.ShouldBe("done");
        executedOn.ShouldBe("app-abcdefgh");
    }

    [Theory]
    [InlineData("app")]
    [InlineData("app-abcdefgh")]
    public async Task Finds_the_resource_by_name_and_by_id(string name)
    {
        await _services.Publish(Resource(_ => Task.FromResult(CommandResults.Success())), KnownResourceStates.Running);

        (await _services.Commands.ExecuteCommandAsync(name, "reset", _cancellation)).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task An_unknown_resource_or_command_is_a_failure_that_names_it()
    {
        var app = Resource(_ => Task.FromResult(CommandResults.Success()));

        (await _services.Commands.ExecuteCommandAsync("app", "reset", _cancellation)).Message.ShouldBe("Resource 'app' not found.");
        (await _services.Commands.ExecuteCommandAsync(app, "explode", _cancellation)).Message.ShouldBe("Command 'explode' not available for resource 'app'.");
    }

    [Fact]
    public async Task An_exception_is_a_failure_and_is_in_the_output_of_the_resource()
    {
        var app = Resource(_ => throw new InvalidOperationException("no disk"));

        var result = await _services.Commands.ExecuteCommandAsync(app, "reset", _cancellation);

        result.Success.ShouldBeFalse();
        result.Message.ShouldBe("no disk");
        _services.Loggers.Tail("app-abcdefgh", 1)[0].Content.ShouldContain("Command 'reset' failed.");
    }

    [Fact]
    public async Task A_command_that_is_given_up_is_canceled()
    {
        var app = Resource(_ => throw new OperationCanceledException());

        (await _services.Commands.ExecuteCommandAsync(app, "reset", _cancellation)).Canceled.ShouldBeTrue();
    }

    public void Dispose() => _services.Dispose();

    private static TestResource Resource(Func<ExecuteCommandContext, Task<ExecuteCommandResult>> execute) => new(
        "app",
        new ResourceInstanceAnnotation("abcdefgh"),
        new ResourceCommandAnnotation("reset", "Reset", _ => ResourceCommandState.Enabled, execute, null, null, null, null, null, false));
}
