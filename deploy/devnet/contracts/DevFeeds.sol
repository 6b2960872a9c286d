// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

interface ILatestAnswer {
    function latestAnswer() external view returns (int256);
}

interface IRate {
    function stEthPerToken() external view returns (uint256);
}

/// Emits and answers like a Chainlink aggregator; anyone may write.
contract DevAggregator {
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);
    event NewRound(uint256 indexed roundId, address indexed startedBy, uint256 startedAt);

    uint8 public constant decimals = 8;
    string public description;
    uint256 public latestRound;
    int256 public latestAnswer;
    uint256 public latestTimestamp;

    constructor(string memory description_, int256 answer) {
        description = description_;
        _write(answer);
    }

    function setAnswer(int256 answer) external {
        _write(answer);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        uint80 round = uint80(latestRound);
        return (round, latestAnswer, latestTimestamp, latestTimestamp, round);
    }

    function _write(int256 answer) internal {
        latestRound += 1;
        latestAnswer = answer;
        latestTimestamp = block.timestamp;
        emit NewRound(latestRound, msg.sender, block.timestamp);
        emit AnswerUpdated(answer, latestRound, block.timestamp);
    }
}

/// Like Chainlink's EACAggregatorProxy: consumers read the proxy, events come from the aggregator
/// behind it, which can be replaced without an event.
contract DevFeedProxy {
    DevAggregator public aggregator;
    uint16 public phaseId = 1;

    constructor(DevAggregator aggregator_) {
        aggregator = aggregator_;
    }

    function confirmAggregator(DevAggregator next) external {
        aggregator = next;
        phaseId += 1;
    }

    function decimals() external view returns (uint8) {
        return aggregator.decimals();
    }

    function description() external view returns (string memory) {
        return aggregator.description();
    }

    function latestAnswer() external view returns (int256) {
        return aggregator.latestAnswer();
    }

    function latestTimestamp() external view returns (uint256) {
        return aggregator.latestTimestamp();
    }

    function latestRound() external view returns (uint256) {
        return _id(uint80(aggregator.latestRound()));
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        (uint80 round, int256 answer, uint256 started, uint256 updated, ) = aggregator.latestRoundData();
        return (_id(round), answer, started, updated, _id(round));
    }

    function _id(uint80 round) internal view returns (uint80) {
        return (uint80(phaseId) << 64) | round;
    }
}

/// Base price times the token's own rate, like the wstETH/USD adapters: it has no events, so its
/// answer can only be read.
contract DevRatioFeed {
    ILatestAnswer public immutable base;
    IRate public immutable token;
    uint8 public constant decimals = 8;

    constructor(ILatestAnswer base_, IRate token_) {
        base = base_;
        token = token_;
    }

    function latestAnswer() external view returns (int256) {
        return (base.latestAnswer() * int256(token.stEthPerToken())) / 1e18;
    }
}
