using Aspire.Hosting;

namespace SidecarAspire.LocalEngine.Tests.Building;

public sealed class BuilderTests
{
    [Theory]
    [InlineData("", true, "")]
    [InlineData("--operation run", true, "")]
    [InlineData("--operation publish", false, "")]
    [InlineData("--operation PUBLISH --publisher manifest", false, "manifest")]
    [InlineData("--publisher manifest", false, "manifest")]
    public void The_command_line_says_whether_to_run_or_to_publish(string commandLine, bool isRun, string publisher)
    {
        using var application = new AnApplication(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        application.Builder.ExecutionContext.IsRunMode.ShouldBe(isRun);
        application.Builder.ExecutionContext.IsPublishMode.ShouldBe(!isRun);
        application.Builder.ExecutionContext.PublisherName.ShouldBe(publisher);
    }

    [Fact]
    public void An_unknown_operation_is_named_with_those_there_are() =>
        Should.Throw<DistributedApplicationException>(() => new AnApplication("--operation", "fly")).Message
            .ShouldBe("--operation is 'fly'; allowed are 'run' and 'publish'.");

    [Theory]
    [InlineData("7")]
    [InlineData("0")]
    [InlineData("Run,Publish")]
    public void A_number_or_a_list_is_not_an_operation(string operation) =>
        Should.Throw<DistributedApplicationException>(() => new AnApplication("--operation", operation));
}
