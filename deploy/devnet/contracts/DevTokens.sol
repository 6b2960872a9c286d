// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

/// What every dev token shares: anyone may mint. Subclasses decide what the ERC-20 calls return.
abstract contract DevTokenBase {
    string public name;
    string public symbol;
    uint8 public immutable decimals;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor(string memory name_, string memory symbol_, uint8 decimals_) {
        name = name_;
        symbol = symbol_;
        decimals = decimals_;
    }

    function mint(address to, uint256 value) external {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function _approve(address spender, uint256 value) internal {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
    }

    function _move(address from, address to, uint256 value) internal {
        require(balanceOf[from] >= value, "balance");
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }

    function _spend(address from, uint256 value) internal {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed == type(uint256).max) return;
        require(allowed >= value, "allowance");
        allowance[from][msg.sender] = allowed - value;
    }
}

/// An ordinary ERC-20.
contract DevToken is DevTokenBase {
    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        DevTokenBase(name_, symbol_, decimals_)
    {}

    function approve(address spender, uint256 value) external returns (bool) {
        _approve(spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _spend(from, value);
        _move(from, to, value);
        return true;
    }
}

/// Like USDT: the ERC-20 calls return nothing, and an allowance must be reset before it is changed.
contract DevTokenNoReturn is DevTokenBase {
    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        DevTokenBase(name_, symbol_, decimals_)
    {}

    function approve(address spender, uint256 value) external {
        require(value == 0 || allowance[msg.sender][spender] == 0, "reset first");
        _approve(spender, value);
    }

    function transfer(address to, uint256 value) external {
        _move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external {
        _spend(from, value);
        _move(from, to, value);
    }
}

/// Like wstETH: an ERC-20 with an exchange rate that changes without an event.
contract DevWrappedToken is DevToken {
    uint256 public stEthPerToken = 1.2e18;

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        DevToken(name_, symbol_, decimals_)
    {}

    function setRate(uint256 rate) external {
        stEthPerToken = rate;
    }
}
