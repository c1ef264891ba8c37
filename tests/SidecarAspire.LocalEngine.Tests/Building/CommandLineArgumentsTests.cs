using Aspire.Hosting;

namespace SidecarAspire.LocalEngine.Tests.Building;

public sealed class CommandLineArgumentsTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("  a \t b ", new[] { "a", "b" })]
    [InlineData("\"a b\" c", new[] { "a b", "c" })]
    [InlineData("--name=\"a b\"c", new[] { "--name=a bc" })]
    [InlineData("\"\" a", new[] { "", "a" })]
    [InlineData("\"a \"\" b\"", new[] { "a \" b" })]
    [InlineData(@"C:\dir\file \\host\share", new[] { @"C:\dir\file", @"\\host\share" })]
    [InlineData(@"a\""b c", new[] { "a\"b", "c" })]
    [InlineData(@"""a\\"" b", new[] { @"a\", "b" })]
    [InlineData(@"a\\\""b", new[] { @"a\""b" })]
    [InlineData(@"""open", new[] { "open" })]
    [InlineData(@"end\", new[] { @"end\" })]
    public void A_command_line_is_taken_apart_as_dotnet_run_does(string commandLine, string[] arguments) =>
        CommandLineArguments.Parse(commandLine).ShouldBe(arguments);
}
